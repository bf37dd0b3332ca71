"""The gate over tombstones: what was taken down is not in the data, and the chain of versions holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codestrata.errors import StorageError
from codestrata.export.amend.tombstones import bare, hash_of, versions
from codestrata.export.amend.tombstones import tombstones as listed
from codestrata.export.validate.judgement import MOST, Judgement

if TYPE_CHECKING:
    from codestrata.export.reading.dataset import Folder
    from codestrata.export.validate.rows import Rows

_ABOUT = "No row that was taken down is here, and each tombstone names the version before it."
#: Recipes whose sources are files: of others a source may have rows that stayed.
_FILES = frozenset({"pretrain", "fim"})


def tombstones(folder: Folder, rows: Rows, before: Folder | None) -> Iterator[Judgement]:
    """Judge a dataset that has tombstones; ``before`` is an earlier version of it, or any other dataset."""
    try:
        stones = listed(folder.path)
    except StorageError as error:
        yield Judgement("tombstones", "failed", _ABOUT, failing=1, rows=(str(error),), why="they cannot be read")
        return
    if not stones:
        return
    wrong = [*_chain(folder, stones), *_earlier(folder, stones, before), *_there(folder, rows, stones)]
    if wrong:
        why = f"tombstones and dataset disagree: {len(wrong)}"
        yield Judgement("tombstones", "failed", _ABOUT, failing=len(wrong), rows=tuple(wrong[:MOST]), why=why)
    else:
        yield Judgement("tombstones", "passed", _ABOUT)


def _chain(folder: Folder, stones: list[dict[str, Any]]) -> Iterator[str]:
    known = set[str]()
    for digest in versions(stones, str(folder.said["digest"])):
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            yield f"{digest!r}: is no digest of a version"
        elif digest in known:
            yield f"{digest}: names two versions"
        known.add(digest)


def _earlier(folder: Folder, stones: list[dict[str, Any]], before: Folder | None) -> Iterator[str]:
    """Say where a version that rows were taken out of had other tombstones than these."""
    digests = versions(stones, str(folder.said["digest"]))
    if before is None or before.said["digest"] not in digests:
        return
    place = digests.index(before.said["digest"])
    if listed(before.path) != stones[:place]:
        yield f"{before.path}: its tombstones are not the first {place} of these"


def _there(folder: Folder, rows: Rows, stones: list[dict[str, Any]]) -> Iterator[str]:
    if folder.recipe not in _FILES:
        return
    gone = {name for one in stones for name in one["sources"]}
    for (source,) in rows.ask("select source from rows order by shard, number"):
        if hash_of(bare(source)) in gone:
            yield f"{source}: was taken down"
