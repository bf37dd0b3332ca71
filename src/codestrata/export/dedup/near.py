"""Near duplicates: candidates by banding, exact Jaccard for each, star clustering over those at the threshold.

The answer is a function of the documents and their ranks alone: what an earlier run verified only saves time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.bands import candidates
from codestrata.export.dedup.star import stars

#: Gives the exact Jaccard of pairs of documents, (m, 2) → float64[m]; -1 where a document cannot be read.
Verify = Callable[[NDArray[np.int64]], NDArray[np.float64]]

#: Documents that share a band are paired with this many of the best of them; where more stay, with twice as many, ….
_CAP, _LAST_CAP = 16, 128


@dataclass(frozen=True, slots=True)
class Clusters:
    """What near deduplication found among n documents.

    survivor: int64[n], the kept document that removes this one, or -1 if it stays; jaccard: float64[n], with the
    survivor, or -1. pairs: (m, 2) every pair that was verified, as (better, worse), rising; scores: their Jaccard.
    """

    survivor: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    pairs: NDArray[np.int64]
    scores: NDArray[np.float64]

    @classmethod
    def none(cls, count: int) -> Clusters:
        """Give the answer where nothing is near anything."""
        empty = np.zeros((0, 2), np.int64)
        return cls(np.full(count, -1, np.int64), np.full(count, -1.0), empty, np.zeros(0))


def cluster(signatures: NDArray[np.uint16], shingles: NDArray[np.int32], threshold: float, verify: Verify) -> Clusters:
    """Cluster documents given best rank first.

    Where a band is crowded, only its best documents are paired at first; those of the others that stay are paired again
    with more of them, so that a thousand copies of one file cost a thousand comparisons and not half a million.
    """
    count = len(signatures)
    codes, scores = np.zeros(0, np.uint64), np.zeros(0)
    survivor, jaccard = np.full(count, -1, np.int64), np.full(count, -1.0)
    active, cap = np.arange(count), _CAP
    while len(active) > 1 and cap <= _LAST_CAP:
        found = candidates(signatures, shingles, active, threshold, cap)
        new = np.setdiff1d(found.pairs, codes, assume_unique=True)
        codes, scores = _merge(codes, scores, new, verify(_decode(new)))
        survivor, jaccard = _survivors(count, _decode(codes), scores, threshold)
        active = found.crowded[survivor[found.crowded] < 0]
        cap *= 2
    return Clusters(survivor, jaccard, _decode(codes), scores)


def _merge(
    codes: NDArray[np.uint64], scores: NDArray[np.float64], new: NDArray[np.uint64], fresh: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    both = np.concatenate([codes, new])
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([scores, fresh])[order]


def _decode(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give (m, 2) pairs of document numbers."""
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def _survivors(
    count: int, pairs: NDArray[np.int64], scores: NDArray[np.float64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    alike = np.flatnonzero(scores >= threshold)
    edge = stars(count, pairs[alike])
    survivor, jaccard = np.full(count, -1, np.int64), np.full(count, -1.0)
    gone = np.flatnonzero(edge >= 0)
    which = alike[edge[gone]]
    survivor[gone], jaccard[gone] = pairs[which, 0], scores[which]
    return survivor, jaccard
