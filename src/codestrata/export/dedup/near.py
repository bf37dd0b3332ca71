"""Near duplicates: candidates by banding, exact Jaccard for each, star clustering over those at the threshold.

The answer is a function of the documents and their ranks alone: what an earlier run verified only saves time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.bands import banding, pairs_of
from codestrata.export.dedup.star import stars
from codestrata.kernels.lsh import meeting

#: Gives the exact Jaccard of pairs of documents, (m, 2) → float64[m]; -1 where a document cannot be read.
Verify = Callable[[NDArray[np.int64]], NDArray[np.float64]]

#: What is left is looked through again, more and more strictly, until nothing new is found; see bands.pairs_of.
_LOOKS = (0.0, 0.5, 0.9)
#: Rounds of one look; two or three are the rule, seven the most that was seen (14 repositories, 30,000 texts).
_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Clusters:
    """What near deduplication found among n documents.

    survivor: int64[n], the best kept document that was found near enough to this one, or -1 if it stays; jaccard:
    float64[n], with the survivor, or -1. pairs: (m, 2) every pair that was verified, as (better, worse), rising;
    scores: their Jaccard.
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
    """Cluster documents given best rank first: signatures (n, 128), and how many shingles each has.

    A crowd of copies is compared with its best documents only, so a thousand of them cost some thousand comparisons and
    not half a million. What stays is therefore paired again, until there is no pair left that nobody has verified; a
    document that went may come back then, when its survivor goes.
    """
    count = len(signatures)
    codes, scores = np.zeros(0, np.uint64), np.zeros(0)
    found = Clusters.none(count)
    meets = meeting(signatures, *banding(threshold))
    for strict in _LOOKS:
        for _ in range(_ROUNDS):
            active = np.flatnonzero(meets & (found.survivor < 0))
            seen = pairs_of(signatures, shingles, active, threshold, strict)
            new = np.setdiff1d(seen, codes, assume_unique=True)
            if not len(new):
                break
            codes, scores = _merge(codes, scores, new, verify(_decode(new)))
            found = _survivors(count, _decode(codes), scores, threshold)
    return found


def _merge(
    codes: NDArray[np.uint64], scores: NDArray[np.float64], new: NDArray[np.uint64], fresh: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    both = np.concatenate([codes, new])
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([scores, fresh])[order]


def _decode(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give (m, 2) pairs of document numbers."""
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def _survivors(count: int, pairs: NDArray[np.int64], scores: NDArray[np.float64], threshold: float) -> Clusters:
    """Cluster by what is known so far."""
    alike = np.flatnonzero(scores >= threshold)
    edge = stars(count, pairs[alike])
    survivor, jaccard = np.full(count, -1, np.int64), np.full(count, -1.0)
    gone = np.flatnonzero(edge >= 0)
    which = alike[edge[gone]]
    survivor[gone], jaccard[gone] = pairs[which, 0], scores[which]
    return Clusters(survivor, jaccard, pairs, scores)
