"""The pairs that earlier runs verified: a Jaccard depends on two contents alone, so it is never computed twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.verify import VERSION
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen, concat

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile, Tables


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of pairs among some documents: ``better << 32 | worse``, rising, and the Jaccard of each."""

    codes: NDArray[np.uint64]
    scores: NDArray[np.float64]

    @classmethod
    def among(cls, tables: Tables, files: Sequence[TableFile], blobs: Varlen) -> Known:
        """Read committed tables **pairs**; document d has the blob ``blobs[d]``, no two of them the same."""
        found = tables.read(files, "blob_a, blob_b, jaccard", f"where version = '{VERSION}'")
        if not found:
            return cls(np.zeros(0, np.uint64), np.zeros(0))
        named = concat([{"blob": column} for column in (blobs, found["blob_a"], found["blob_b"])])["blob"]
        assert isinstance(named, Varlen)  # noqa: S101 -- the pairs schema says so
        numbers, _ = distinct(named.data, named.offsets[:-1], named.offsets[1:])
        first, second = numbers[len(blobs) :].reshape(2, -1).astype(np.uint64)
        known = np.flatnonzero(np.maximum(first, second) < len(blobs))
        pairs = np.minimum(first, second)[known] << np.uint64(32) | np.maximum(first, second)[known]
        codes, where = np.unique(pairs, return_index=True)
        return cls(codes, np.asarray(found["jaccard"])[known][where])

    def look_up(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the Jaccard of pairs of documents: (m, 2), the better first → float64[m], -1 where nobody knows it."""
        if not len(self.codes):
            return np.full(len(pairs), -1.0)
        wanted = pairs.astype(np.uint64)
        wanted = wanted[:, 0] << np.uint64(32) | wanted[:, 1]
        place = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return np.where(self.codes[place] == wanted, self.scores[place], -1.0)


def _ordered(ids: NDArray[np.bytes_], pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = pairs[:, 0], pairs[:, 1]
    swap = ids[right] < ids[left]
    return np.where(swap, right, left), np.where(swap, left, right)


def _comparable(blobs: Varlen) -> NDArray[np.bytes_]:
    """Give the ids as an array of byte strings; shorter ids are filled with NUL, which leaves their order as it is."""
    lengths = np.diff(blobs.offsets)
    width = max(1, int(lengths.max(initial=0)))
    filled = np.zeros((len(blobs), width), np.uint8)
    for length in set(lengths.tolist()):
        rows = np.flatnonzero(lengths == length)
        filled[rows, :length] = blobs.take(rows).matrix(length)
    return filled.view(f"S{width}").reshape(-1)


def table(blobs: Varlen, pairs: NDArray[np.int64], scores: NDArray[np.float64]) -> Columns:
    """Make table **pairs** of what was verified, sorted by blobs; what could not be read is left out."""
    read = np.flatnonzero(scores >= 0)
    ids = _comparable(blobs)
    first, second = _ordered(ids, pairs[read])
    order = np.lexsort((ids[second], ids[first]))
    return {
        "blob_a": blobs.take(first[order]),
        "blob_b": blobs.take(second[order]),
        "jaccard": scores[read][order],
        "version": Varlen.of([VERSION]).take(np.zeros(len(read), np.int64)),
    }
