"""Threads: issues and pull requests, from a file of JSON lines.

One object a line, of which only ``number`` and ``title`` must be there: ``repository`` (owner/name; without it, the
thread is of every repository of the run), ``number``, ``kind`` (issue or pull), ``title``, ``body``, ``state`` (open,
closed or merged), ``author``, ``url``, ``created_at`` and ``closed_at`` (ISO 8601), ``merge_commit``, and ``comments``,
a list of {``author``, ``body``, ``created_at``, ``association``}. Others are left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput


def threads(lines: Iterable[bytes], full_name: str) -> list[Mapping[str, Any]]:
    """Read the threads of one repository; lines that are no such object are passed over."""
    import msgspec

    found: list[Mapping[str, Any]] = []
    for line in lines:
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except msgspec.DecodeError:
            continue
        if isinstance(row, dict) and "title" in row and "number" in row and _of(row, full_name):
            found.append(row)
    return found


def lines_of(file: Path) -> list[bytes]:
    """Read a file of threads. Raises InvalidInput where it cannot be read."""
    try:
        return file.read_bytes().splitlines()
    except OSError as error:
        raise InvalidInput(f"threads: {error.strerror}", where=str(file), hint="see analyze.threads_file") from error


def digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Digest what threads say: the same threads in another file have the same."""
    whole = json.dumps(rows, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=16).hexdigest() if rows else ""


def _of(row: Mapping[str, Any], full_name: str) -> bool:
    name = str(row.get("repository") or "")
    return not name or name.lower() == full_name.lower()
