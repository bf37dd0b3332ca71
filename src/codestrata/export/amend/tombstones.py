"""tombstones.json: what was taken out of a dataset, why, and when; of each row a hash of what it called its source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

NAME = "tombstones.json"
FORMAT = "codestrata-tombstones/1"


def tombstones(out: Path) -> list[dict[str, Any]]:
    """Give a dataset's tombstones, oldest first; none where nothing was taken down."""
    page = out / NAME
    return list(json.loads(page.read_text("utf-8"))["tombstones"]) if page.exists() else []


def write(out: Path, tombstones: Sequence[Mapping[str, Any]]) -> None:
    """Write them.

    ``before`` and ``after`` name the dataset's content: SHA-256 over ``sha256  path`` lines, as the manifest's digest;
    ``after`` leaves out this file itself, which names it.
    """
    text = json.dumps({"format": FORMAT, "tombstones": list(tombstones)}, indent=1, sort_keys=True, ensure_ascii=False)
    (out / NAME).write_text(text + "\n", "utf-8")


def hashed(sources: Iterable[str]) -> list[str]:
    """Give the SHA-256 of each source without its lines, sorted: proof for who has a row, nothing for who has none."""
    return sorted({_hash(one.rpartition("#L")[0] or one) for one in sources})


def taken_down(out: Path, key: Mapping[str, str]) -> dict[str, Any] | None:
    """Give the tombstone of a row of a file (repository, commit, path) that was taken down, if it was."""
    name = _hash(f"{key['repository']}@{key['commit']}:{key['path']}")
    return next((one for one in tombstones(out) if name in one["sources"]), None)


def _hash(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
