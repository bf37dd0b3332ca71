"""The ``export.shards`` stage: kept rows, cut into shards, each a partition of its own.

A shard's key is the hash of its rows' decisions, so a shard whose rows did not change is never written again, and a
build after new commits equals a full build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.write.layout import boundaries
from codestrata.export.write.rows import Source, samples
from codestrata.export.write.schema import NEEDED
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "export.shards"
#: Raise it when the rows or the layout of a shard change.
VERSION = "1"


class Shards:
    """Kept decisions → tables ``samples``, one file per shard, in dataset order."""

    name = NAME
    verb = "export"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per shard."""
        files = view.planned("export.decide", "decisions")
        if not files:
            return
        kept = view.tables.read(files, f"{', '.join(NEEDED)}, file_row_number as row", _KEPT)
        sources = _describe(view)
        sizes = np.maximum(np.asarray(kept["size"], np.int64), 0)
        target = view.settings.export.write.shard_mb * 1_000_000
        for number, (start, end) in enumerate(boundaries(sizes, _matrix(kept), target)):
            part = {name: _slice(column, start, end) for name, column in kept.items() if name != "row"}
            own = {i: sources[i] for i in dict.fromkeys(part["repository_id"].strings())}  # type: ignore[union-attr]
            yield Partition(
                NAME,
                VERSION,
                {"rows": _digest(part), "sources": [[i, *s[0]] for i, s in own.items()]},
                title=f"shard {number}",
                weight=max(1, int(sizes[start:end].sum()) // 1_000_000),
                hint={
                    "decisions": [f.path for f in files],
                    "from": int(kept["row"][start]),
                    "to": int(kept["row"][end - 1]),
                    "git_dirs": {i: s[1] for i, s in own.items()},
                },
            )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the rows' bytes and write them as samples."""
        hint = partition.hint
        decided = _decided(io, hint)
        sources = {
            i: Source(origin, io.workspace / hint["git_dirs"][i], stars, forks)
            for i, origin, stars, forks in partition.spec["sources"]
        }
        table = samples(decided, sources, lambda done: io.progress(done // 1_000_000))
        return Outcome(
            tables={"samples": table},
            result={"rows": len(decided["path"]), "bytes": int(table["text"].offsets[-1])},  # type: ignore[union-attr]
        )


_KEPT = "where kept order by row"


def _decided(io: IO, hint: Mapping[str, Any]) -> Columns:
    return io.tables.query(
        f"select {', '.join(NEEDED)} from {io.tables.scan(hint['decisions'])} "
        f"where kept and file_row_number between {int(hint['from'])} and {int(hint['to'])} order by file_row_number"
    )


def _describe(view: View) -> dict[str, tuple[tuple[str, int, int], str]]:
    folders = {s.repository_id: s.git_dir for s in view.snapshots()}
    return {r.id: ((r.public_origin, r.stars, r.forks), folders[r.id]) for r in view.repositories() if r.id in folders}


def _matrix(kept: Columns) -> NDArray[np.uint8]:
    blobs = kept["blob"]
    assert isinstance(blobs, Varlen)  # noqa: S101 -- the decisions schema says so
    last = blobs.data[np.maximum(blobs.offsets[1:] - 1, 0)]
    return last.reshape(-1, 1)


def _slice(column: NDArray[Any] | Varlen, start: int, end: int) -> NDArray[Any] | Varlen:
    if not isinstance(column, Varlen):
        return column[start:end]
    offsets = column.offsets[start : end + 1]
    return Varlen(offsets - offsets[0], column.data[offsets[0] : offsets[-1]], text=column.text)


def _digest(part: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in NEEDED:
        column = part[name]
        if isinstance(column, Varlen):
            digest.update(np.ascontiguousarray(column.offsets).data)
            digest.update(np.ascontiguousarray(column.data).data)
        else:
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
