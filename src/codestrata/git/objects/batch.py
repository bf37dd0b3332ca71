"""Batch: blobs laid end to end in one buffer, and the rows of the ids they belong to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]
NO_ROWS: Int64s = np.zeros(0, np.int64)


@dataclass(slots=True)
class Lost:
    """Rows that a read did not give, by reason; each a list of int64 arrays."""

    missing: list[Int64s] = field(default_factory=list)
    oversized: list[Int64s] = field(default_factory=list)
    damaged: list[Int64s] = field(default_factory=list)


def joined(rows: list[Int64s]) -> Int64s:
    """Put rows together, rising."""
    return np.sort(np.concatenate([*rows, NO_ROWS]))


@dataclass(frozen=True, slots=True)
class Batch:
    """Blobs of one read: blob j is ``arena[offsets[j]:offsets[j + 1]]`` and belongs to ``ids[rows[j]]``.

    **The three arrays are only good until the next batch is asked for**: the reader fills the same memory again.
    Whoever keeps more than that takes a ``copy()``.

    arena: uint8[≥ offsets[k]]; offsets: int64[k + 1], from 0, rising; rows: int64[k], in the reader's order.
    """

    arena: Bytes
    offsets: Int64s
    rows: Int64s

    def __len__(self) -> int:
        """Count the blobs."""
        return len(self.rows)

    def __getitem__(self, j: int) -> bytes:
        """Give blob j as bytes of its own."""
        return self.arena[self.offsets[j] : self.offsets[j + 1]].tobytes()

    def copy(self) -> Batch:
        """Give the same blobs in memory that nobody else writes to."""
        return Batch(self.arena[: self.offsets[-1]].copy(), self.offsets.copy(), self.rows.copy())

    def keep(self, wanted: NDArray[np.bool_]) -> Batch:
        """Give the blobs marked in ``wanted`` (bool[k]), in memory of their own."""
        pieces = [self.arena[self.offsets[j] : self.offsets[j + 1]] for j in np.flatnonzero(wanted)]
        return laid(pieces, self.rows[wanted])


def laid(pieces: Iterable[Bytes], rows: Int64s) -> Batch:
    """Lay pieces end to end."""
    parts = list(pieces)
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(p) for p in parts], out=offsets[1:])
    return Batch(np.concatenate([*parts, np.zeros(0, np.uint8)]), offsets, rows)


def grouped(sizes: Int64s, batch_bytes: int) -> Iterator[slice]:
    """Cut a run of objects into batches of at most ``batch_bytes``; an object over that is a batch of its own."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + batch_bytes, "right")))
        yield slice(start, stop)
        start = stop


def sound(batch: Batch, ids: Bytes) -> NDArray[np.bool_]:
    """Tell which blobs hash to their ids: SHA-1 for ids of 20 bytes, SHA-256 for 32. Source: gitformat-pack(5)."""
    new = hashlib.sha1 if ids.shape[1] == 20 else hashlib.sha256  # noqa: PLR2004 - the length of a SHA-1
    view, bounds = batch.arena.data, batch.offsets.tolist()
    good = np.empty(len(batch), np.bool_)
    for j, row in enumerate(batch.rows.tolist()):
        digest = new(b"blob %d\0" % (bounds[j + 1] - bounds[j]), usedforsecurity=False)
        digest.update(view[bounds[j] : bounds[j + 1]])
        good[j] = digest.digest() == ids[row].tobytes()
    return good
