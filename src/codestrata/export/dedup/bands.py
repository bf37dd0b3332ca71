"""Banding: which pairs of documents are worth comparing (locality-sensitive hashing over MinHash signatures).

Documents are numbered by rank, best first. A pair is a candidate when one band of the two signatures is equal, that is
``rows`` neighbouring values; with ``bands`` of them a pair of Jaccard J is found with probability
1 - (1 - J^rows)^bands (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, §3.4). What is found is verified later,
so banding may be loose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Values in a signature.
WIDTH = 128
#: Banding must find a pair at the threshold with at least this probability.
RECALL = 0.9995
#: A pair is left out only if the signatures' estimate lies this many standard deviations below the threshold.
_SLACK = 5.0
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PAIRS_AT_ONCE = 1 << 20
_COMPARED_AT_ONCE = 1 << 14


def banding(threshold: float) -> tuple[int, int]:
    """Choose (bands, rows): the strictest banding that still finds a pair at the threshold with RECALL."""
    for rows in range(16, 1, -1):
        bands = WIDTH // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return WIDTH, 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (better << 32 | worse), rising, each once; and the documents of bands too crowded to be paired in full."""

    pairs: NDArray[np.uint64]
    crowded: NDArray[np.int64]


def candidates(
    signatures: NDArray[np.uint16],
    shingles: NDArray[np.int32],
    active: NDArray[np.int64],
    threshold: float,
    cap: int,
) -> Candidates:
    """Find the pairs among the ``active`` documents that share a band and look alike enough.

    signatures: (n, 128); shingles: 5-token windows of each document; active: rising numbers. In a band that more than
    ``cap`` documents share, each is paired with the best ``cap`` of them only.
    """
    bands, rows = banding(threshold)
    least = _leastagreement(shingles, threshold)
    crowded = np.zeros(len(signatures), np.bool_)
    found = np.zeros(0, np.uint64)
    for band in range(bands):
        order, start = _buckets(_keys(signatures, active, band * rows, rows))
        place = np.arange(len(order)) - start
        crowded[active[order[place >= cap]]] = True
        for left, right in _pairs(order, start, np.minimum(place, cap)):
            a, b = active[left], active[right]
            alike = agreement(signatures, a, b) >= np.minimum(least[a], least[b])
            found = np.union1d(found, a[alike].astype(np.uint64) << np.uint64(32) | b[alike].astype(np.uint64))
    return Candidates(found, np.flatnonzero(crowded))


def _keys(signatures: NDArray[np.uint16], active: NDArray[np.int64], first: int, rows: int) -> NDArray[np.uint64]:
    """Hash one band of each active document to 64 bits."""
    values = signatures[:, first : first + rows]
    values = values if len(active) == len(signatures) else values[active]
    key = np.zeros(len(values), np.uint64)
    for column in range(rows):
        key ^= values[:, column]
        key *= _MIX
        key ^= key >> np.uint64(29)
    return key * _MIX


def _buckets(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort by key, best rank first, and drop who is alone; gives the order and where each one's bucket starts in it.

    The number takes the key's low bits, so that one plain sort does it all; two keys then differ in at least 32 bits
    or not at all for us, and a chance meeting costs one comparison.
    """
    bits = np.uint64(max(1, int(len(keys) - 1).bit_length()))
    mask = (np.uint64(1) << bits) - np.uint64(1)
    ordered = np.sort((keys & ~mask) | np.arange(len(keys), dtype=np.uint64))
    bucket = ordered >> bits
    same = bucket[1:] == bucket[:-1]
    shared = np.zeros(len(keys), np.bool_)
    shared[1:] = same
    shared[:-1] |= same
    order = (ordered[shared] & mask).astype(np.int64)
    bucket = bucket[shared]
    first = np.ones(len(order), np.bool_)
    first[1:] = bucket[1:] != bucket[:-1]
    return order, np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))


def _pairs(
    order: NDArray[np.int64], start: NDArray[np.int64], partners: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Pair each with the first ``partners`` of its bucket, a bounded number of pairs at a time."""
    ends = np.cumsum(partners)
    low = 0
    while low < len(order):
        done = ends[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE, side="right")))
        counts = partners[low:high]
        nth = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        yield order[np.repeat(start[low:high], counts) + nth], np.repeat(order[low:high], counts)
        low = high


def agreement(signatures: NDArray[np.uint16], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the values that two signatures share, for many pairs."""
    out = np.empty(len(a), np.int64)
    for low in range(0, len(a), _COMPARED_AT_ONCE):
        part = slice(low, low + _COMPARED_AT_ONCE)
        equal = signatures[a[part]] == signatures[b[part]]
        eights = equal.view(np.uint64).sum(axis=1, dtype=np.uint64)
        out[part] = eights * np.uint64(0x0101010101010101) >> np.uint64(56)
    return out


def _leastagreement(shingles: NDArray[np.int32], threshold: float) -> NDArray[np.float64]:
    """Give the least number of equal values a pair at the threshold may show, by the smaller document.

    A document of s shingles fills about 128 (1 - e^(-s/128)) of the 128 bins, and only those carry information.
    """
    filled = np.maximum(WIDTH * -np.expm1(-np.maximum(shingles, 1) / WIDTH), 1.0)
    return np.asarray(WIDTH * (threshold - _SLACK * np.sqrt(threshold * (1 - threshold) / filled)))
