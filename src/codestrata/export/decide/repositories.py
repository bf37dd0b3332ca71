"""Repositories that are nearly copies of others: most of what is left of one is left of the other.

Of each repository the set of its surviving contents is taken: a file that stays, or the twin it goes for. Two sets of a
Jaccard index at the threshold are one pair; stars over them, better repositories first, say which goes for which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.star import stars
from codestrata.kernels.shingles import jaccard

Ints = NDArray[np.int64]
#: Pairs looked at in one go.
_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Copies:
    """Per repository the better one that it is nearly a copy of (int64, -1: it stays), and the Jaccard of both sets."""

    of: Ints
    jaccard: NDArray[np.float64]


def copies(repository: Ints, content: Ints, count: int, threshold: float) -> Copies:
    """Find repositories that are nearly copies.

    repository, content: of each file, best first, its repository (0 ≤ r < count) and the number of what survives of it.
    A repository is as good as its best file.
    """
    out = Copies(np.full(count, -1, np.int64), np.full(count, -1.0))
    if not len(repository):
        return out
    known, first = np.unique(repository, return_index=True)
    best = known[np.argsort(first, kind="stable")]
    place = np.empty(count, np.int64)
    place[best] = np.arange(len(best))
    held = np.unique(np.stack([place[repository], content], axis=1), axis=0)
    starts = np.searchsorted(held[:, 0], np.arange(len(best) + 1))
    pairs = _candidates(held, starts, threshold)
    scores = jaccard(pairs, starts.astype(np.int64), held[:, 1].astype(np.uint64))
    alike = np.flatnonzero(scores >= threshold)
    edge = stars(len(best), pairs[alike])
    gone = np.flatnonzero(edge >= 0)
    which = alike[edge[gone]]
    out.of[best[gone]], out.jaccard[best[gone]] = best[pairs[which, 0]], scores[which]
    return out


def _candidates(held: Ints, starts: Ints, threshold: float) -> Ints:
    """Give the pairs of sets, (better, worse), that may reach the threshold; none that does is left out.

    With the members of every set sorted from rare to common, two sets of Jaccard t share one of the first
    ``size - ceil(t * size) + 1`` of both. Source: Chaudhuri, Ganti, Kaushik: A Primitive Operator for Similarity Joins
    in Data Cleaning (ICDE 2006), prefix filter.
    """
    _, number, frequency = np.unique(held[:, 1], return_inverse=True, return_counts=True)
    sizes = np.diff(starts)
    order = np.lexsort((number, frequency[number], held[:, 0]))
    nth = np.arange(len(held)) - np.repeat(starts[:-1], sizes)
    prefix = np.repeat(sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1, sizes)
    inside = order[nth < prefix]
    member, owner = number[inside], held[inside, 0]
    by_member = np.lexsort((owner, member))
    member, owner = member[by_member], owner[by_member]
    return _paired(member, owner, sizes, threshold)


def _paired(member: Ints, owner: Ints, sizes: Ints, threshold: float) -> Ints:
    """Pair each owner of a member with the owners before it; sizes too different cannot reach the threshold."""
    new = np.ones(len(member), np.bool_)
    new[1:] = member[1:] != member[:-1]
    head = np.maximum.accumulate(np.where(new, np.arange(len(member)), 0))
    before = np.arange(len(member)) - head
    ends, low = np.cumsum(before), 0
    codes = [np.zeros(0, np.int64)]
    while low < len(member):
        high = max(low + 1, int(np.searchsorted(ends, (ends[low - 1] if low else 0) + _AT_ONCE, side="right")))
        times = before[low:high]
        nth = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        a, b = owner[np.repeat(head[low:high], times) + nth], owner[np.repeat(np.arange(low, high), times)]
        least, most = np.minimum(sizes[a], sizes[b]), np.maximum(sizes[a], sizes[b])
        near = least >= threshold * most
        codes = [np.unique(np.concatenate([*codes, a[near] << 32 | b[near]]))]
        low = high
    return np.stack([codes[0] >> 32, codes[0] & 0xFFFFFFFF], axis=1)
