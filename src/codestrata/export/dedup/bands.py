"""Banding: which pairs of documents are worth comparing (locality-sensitive hashing over MinHash signatures).

A pair is a candidate when one band of the two signatures is equal, that is ``rows`` neighbouring values; with ``bands``
of them a pair of Jaccard J is found with probability 1 - (1 - J^rows)^bands (Leskovec, Rajaraman, Ullman: Mining of
Massive Datasets, §3.4). What is found is verified later, so banding may be loose.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.lsh import candidates

#: Values in a signature.
WIDTH = 128
#: Banding must find a pair at the threshold with at least this probability.
RECALL = 0.9995
#: Two signatures may agree in so many standard deviations less than the threshold before their pair is left out: one
#: pair in 30,000 of those right at the threshold, far fewer than banding itself may lose.
_SLACK = 4.0
#: The same for small documents, whose few shingles are spread less evenly.
_SLACK_SMALL = 5.0
#: Documents of fewer shingles than these are looked at once more, by signatures that may agree less.
_SMALL = (128, 32)


def banding(threshold: float) -> tuple[int, int]:
    """Choose (bands, rows): the strictest banding that still finds a pair at the threshold with RECALL."""
    for rows in range(16, 1, -1):
        bands = WIDTH // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return WIDTH, 1


def least_agreement(shingles: int, threshold: float) -> float:
    """Give the least share of equal values that a pair at the threshold may show, by the smaller document's shingles.

    s shingles fill about 128 (1 - e^(-s/128)) of a signature's 128 bins, and only those carry information.
    """
    filled = max(1.0, -WIDTH * math.expm1(-shingles / WIDTH))
    slack = _SLACK_SMALL if shingles < _SMALL[0] else _SLACK
    return max(0.0, threshold - slack * math.sqrt(threshold * (1 - threshold) / filled))


def least_for(largest: NDArray[np.int32], threshold: float) -> NDArray[np.float64]:
    """Give the least agreement of pairs by the shingles of their larger document, as :func:`pairs_of` asks for it."""
    out = np.full(len(largest), least_agreement(_SMALL[0], threshold))
    for most, smallest in zip(_SMALL, (*_SMALL[1:], 1), strict=True):
        out[largest <= most / threshold] = least_agreement(smallest, threshold)
    return out


def pairs_of(
    signatures: NDArray[np.uint16],
    shingles: NDArray[np.int32],
    active: NDArray[np.int64],
    threshold: float,
    strict: float = 0.0,
) -> NDArray[np.uint64]:
    """Give the pairs of active documents that may be near duplicates: ``better << 32 | worse``, rising, each once.

    Documents are numbered by rank, best first. signatures: (n, 128); shingles: how many each has; active: rising.
    ``strict`` moves the agreement asked for from what is certain to lose no pair (0) to the threshold itself (1): where
    many documents meet, each is paired with some of the others only, and a stricter look shows others.
    """
    found = [np.zeros(0, np.uint64)]
    for documents, loose in _tiers(shingles, active, threshold):
        least = loose + strict * (threshold - loose)
        pairs = documents[candidates(signatures[documents], *banding(threshold), least=least)].astype(np.uint64)
        found.append(pairs[:, 0] << np.uint64(32) | pairs[:, 1])
    return np.unique(np.concatenate(found))


def _tiers(
    shingles: NDArray[np.int32], active: NDArray[np.int64], threshold: float
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Give groups of documents and the least agreement among each: all, then only those ever smaller.

    The sizes of two documents at the threshold differ by no more than its inverse, so a small one's group holds both.
    """
    for largest, smallest in zip((None, *_SMALL), (*_SMALL, 1), strict=True):
        documents = active if largest is None else active[shingles[active] <= largest / threshold]
        yield documents, least_agreement(smallest, threshold)
