"""tombstones.json: what was taken out of a dataset, why, and when; of each row a hash of what it called its source.

Tombstones are a chain, as commits are: each names the version of the dataset that it was made from, ``before``, by the
digest of its manifest. What a version is called after a tombstone is the ``before`` of the next one, of the last the
digest of the manifest that lists this file: a text cannot hold its own hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from codestrata.errors import StorageError

NAME = "tombstones.json"
_NEEDED = frozenset({"pattern", "reason", "date", "rows", "files", "sources", "before"})
#: The first format had ``after``, too: a digest that left out the file itself, and no version's.
FORMAT = "codestrata-tombstones/2"


def tombstones(out: Path) -> list[dict[str, Any]]:
    """Give a dataset's tombstones, oldest first; none where nothing was taken down.

    Raises StorageError where they cannot be read: then nobody knows who has to stay out.
    """
    page = out / NAME
    if not page.exists():
        return []
    try:
        listed = list(json.loads(page.read_text("utf-8"))["tombstones"])
        if all(one.keys() >= _NEEDED for one in listed):
            return listed
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    hint = "take it from another copy of the dataset, or build into another folder"
    raise StorageError("is damaged: nobody can tell what was taken down", where=str(page), hint=hint)


def write(out: Path, tombstones: Sequence[Mapping[str, Any]]) -> None:
    """Write them, oldest first; ``before`` is the manifest's digest of the version that rows were taken out of."""
    text = json.dumps({"format": FORMAT, "tombstones": list(tombstones)}, indent=1, sort_keys=True, ensure_ascii=False)
    (out / NAME).write_text(text + "\n", "utf-8")


def versions(tombstones: Sequence[Mapping[str, Any]], digest: str) -> list[str]:
    """Give what a dataset was called by before each of its tombstones, and, last, what it is called: its digests."""
    return [*(str(one["before"]) for one in tombstones), digest]


def hashed(sources: Iterable[str]) -> list[str]:
    """Give the SHA-256 of each source without its lines, sorted: proof for who has a row, nothing for who has none."""
    return sorted({hash_of(bare(one)) for one in sources})


def bare(source: str) -> str:
    """Give a source without its lines."""
    return source.rpartition("#L")[0] or source


def taken_down(out: Path, key: Mapping[str, str]) -> dict[str, Any] | None:
    """Give the tombstone of a row of a file (repository, commit, path) that was taken down, if it was."""
    name = hash_of(f"{key['repository']}@{key['commit']}:{key['path']}")
    return next((one for one in tombstones(out) if name in one["sources"]), None)


def hash_of(source: str) -> str:
    """Give the SHA-256 of a source as tombstones have it."""
    return hashlib.sha256(source.encode()).hexdigest()
