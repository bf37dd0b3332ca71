"""Rows on disk: a finished file, sorted, and beside it the journal of a run that is not over yet.

A row is in the journal when its line is whole, so a killed run loses at most the row it was writing. The finished file
is replaced at once, when everything is done.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Self


def journal_of(out: Path) -> Path:
    """Name the journal of a file."""
    return out.with_name(f".{out.name}.journal")


def known(out: Path) -> dict[str, dict[str, Any]]:
    """Read the rows of the file and of its journal, by name; the journal's hold. What is no whole row is left out."""
    return {row["name"]: row for path in (out, journal_of(out)) for row in _rows(path)}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open("rb") as handle:
        for line in handle:
            try:
                row = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                yield row


class Journal:
    """A context manager: rows are appended whole, from any thread."""

    def __init__(self, out: Path) -> None:
        self._path = journal_of(out)
        self._lock = threading.Lock()
        self._handle: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Open it; a torn last line is cut off."""
        self._handle = self._path.open("ab+")
        self._handle.seek(0)
        whole = 0
        for line in self._handle:
            whole += len(line) if line.endswith(b"\n") else 0
        self._handle.truncate(whole)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it; it stays until the file is finished."""
        if self._handle:
            self._handle.close()

    def add(self, row: Mapping[str, Any]) -> None:
        """Append a row and see it on disk."""
        assert self._handle is not None  # noqa: S101 -- inside the block
        with self._lock:
            self._handle.write(line_of(row))
            self._handle.flush()
            os.fsync(self._handle.fileno())


def line_of(row: Mapping[str, Any]) -> bytes:
    """Give a row as a line."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def finish(out: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the file, sorted by name, in place of what was there; the journal is gone then."""
    unfinished = out.with_name(f".{out.name}.part")
    with unfinished.open("wb") as handle:
        for row in sorted(rows, key=lambda one: str(one["name"])):
            handle.write(line_of(row))
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(out)
    journal_of(out).unlink(missing_ok=True)
