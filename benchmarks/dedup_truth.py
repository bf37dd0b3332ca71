"""The truth about near duplicates: the exact Jaccard of every pair that can reach the threshold.

Prefix filtering (Chaudhuri, Ganti, Kaushik: A Primitive Operator for Similarity Joins, ICDE 2006): with the shingles of
every document sorted from rare to common, two documents can only reach Jaccard t if they share one of the first
``size - ceil(t * size) + 1`` shingles of both. Nothing here is approximate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.shingles import jaccard, shingles

Ints = NDArray[np.int64]
#: Pairs looked at in one go.
_AT_ONCE = 1 << 24


@dataclass(frozen=True, slots=True)
class Figures:
    """How a removal stands against the truth.

    wrong: removed, but no document that stays is near enough; left: pairs of documents that both stay though they are
    near; recall: share of the true pairs of which at least one side is gone.
    """

    removed: int
    wrong: int
    left: int
    recall: float


@dataclass(frozen=True, slots=True)
class Truth:
    """All pairs of documents at the threshold or above, (m, 2)."""

    count: int
    pairs: NDArray[np.int64]

    @classmethod
    def of(cls, arena: NDArray[np.uint8], offsets: NDArray[np.int64], threshold: float) -> Truth:
        """Find them."""
        starts, hashes = shingles(arena, offsets)
        sizes = np.diff(starts)
        found = []
        for candidates in _candidates(starts, hashes, sizes, threshold):
            scores = jaccard(candidates, starts, hashes)
            found.append(candidates[scores >= threshold])
        pairs = np.concatenate(found) if found else np.zeros((0, 2), np.int64)
        return cls(len(sizes), pairs)

    def among(self, wanted: NDArray[np.bool_]) -> Truth:
        """Take the pairs of which both sides are wanted."""
        return Truth(self.count, self.pairs[wanted[self.pairs].all(axis=1)])

    def judge(self, removed: NDArray[np.int64]) -> Figures:
        """Hold a removal against the truth."""
        gone = np.zeros(self.count, np.bool_)
        gone[removed] = True
        a, b = self.pairs.T
        justified = np.zeros(self.count, np.bool_)
        justified[a[~gone[b]]] = True
        justified[b[~gone[a]]] = True
        left = int((~gone[a] & ~gone[b]).sum())
        return Figures(len(removed), int((gone & ~justified).sum()), left, 1 - left / max(1, len(self.pairs)))


def _candidates(starts: Ints, hashes: NDArray[np.uint64], sizes: Ints, threshold: float) -> Iterator[Ints]:
    """Give pairs that may reach the threshold, smaller document first, some thousand documents at a time."""
    _, number, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
    commonness = np.empty(len(frequency), np.int64)
    commonness[np.argsort(frequency, kind="stable")] = np.arange(len(frequency))
    key = commonness[number]
    document = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((key, document))
    key = key[order]
    place = np.arange(len(key)) - np.repeat(starts[:-1], sizes)
    prefix = np.repeat(sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1, sizes)
    inside = place < prefix
    key, document = key[inside], document[inside]
    by_key = np.lexsort((document, sizes[document], key))
    key, document = key[by_key], document[by_key]
    new = np.ones(len(key), np.bool_)
    new[1:] = key[1:] != key[:-1]
    head = np.flatnonzero(new)[np.cumsum(new) - 1]
    yield from _pairs(document, head, sizes, threshold)


def _pairs(document: Ints, head: Ints, sizes: Ints, threshold: float) -> Iterator[Ints]:
    """Pair each posting with those before it in its list; sizes too different cannot reach the threshold."""
    before = np.arange(len(head)) - head
    ends = np.cumsum(before)
    low, seen = 0, np.zeros(0, np.int64)
    count = len(sizes)
    while low < len(head):
        done = ends[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
        times = before[low:high]
        nth = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        a, b = document[np.repeat(head[low:high], times) + nth], document[np.repeat(np.arange(low, high), times)]
        near = sizes[a] >= threshold * sizes[b]
        codes = np.setdiff1d(np.unique(a[near] * count + b[near]), seen, assume_unique=True)
        seen = np.union1d(seen, codes)
        yield np.stack([codes // count, codes % count], axis=1)
        low = high
