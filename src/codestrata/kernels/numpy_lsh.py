"""Candidates for near-duplicates in NumPy and dicts: the twin of ``native/lsh.c``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_words import BINS, mix

MOST_LEADERS = 16
MOST_PARTNERS = 32
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def find_meeting(signatures: NDArray[np.uint16], bands: int, rows: int) -> NDArray[np.bool_]:
    """Tell the texts that share the key of a band with another one, as ``strata_meeting`` does."""
    meets = np.zeros(len(signatures), np.bool_)
    for first in range(0, bands * rows, rows):
        keys = np.zeros(len(signatures), np.uint64)
        for column in range(first, first + rows):
            keys = (keys ^ signatures[:, column]) * _FACTOR
            keys ^= keys >> np.uint64(29)
        order = np.argsort(keys)
        alike = keys[order[1:]] == keys[order[:-1]]
        meets[order[1:][alike]] = meets[order[:-1][alike]] = True
    return meets


def find_pairs(signatures: NDArray[np.uint16], bands: int, rows: int, least: int) -> NDArray[np.int64]:
    """Give the pairs of texts that share a band, as ``strata_candidates`` does, sorted and each once."""
    partners: list[set[int]] = [set() for _ in signatures]
    cover: dict[int, int] = {}
    signed = np.flatnonzero(signatures.any(axis=1)).tolist()
    for band in range(bands):
        buckets: dict[bytes, list[int]] = {}
        for i in signed:
            if i not in cover and len(partners[i]) < MOST_PARTNERS:
                leaders = buckets.setdefault(signatures[i, band * rows : (band + 1) * rows].tobytes(), [])
                alike = (signatures[leaders] == signatures[i]).sum(axis=1).tolist()
                _join(i, leaders, alike, least, partners, cover)
    for i in sorted(cover):
        partners[i] |= partners[cover[i]]
    found = {(a, b) for b, those in enumerate(partners) for a in those}
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _join(
    i: int, leaders: list[int], alike: list[int], least: int, partners: list[set[int]], cover: dict[int, int]
) -> None:
    for leader, count in zip(leaders, alike, strict=True):
        if count >= least:
            partners[i].add(leader)
            if count == BINS:
                cover[i] = leader
            if i in cover or len(partners[i]) == MOST_PARTNERS:
                return
    if len(leaders) < MOST_LEADERS:
        leaders.append(i)


def find_records(
    signatures: NDArray[np.uint16], numbers: NDArray[np.int64], bands: int, rows: int, high: int, low: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the records of banding, as ``strata_band_records`` does."""
    signed = signatures.any(axis=1)
    signatures, numbers = signatures[signed], numbers[signed].astype(np.uint64)
    keys = np.zeros((len(signatures), bands), np.uint64)
    with np.errstate(over="ignore"):
        for column in range(rows):
            keys = (keys ^ signatures[:, column : bands * rows : rows]) * _FACTOR
            keys ^= keys >> np.uint64(29)
        flat = mix(mix(keys) + np.arange(1, bands + 1).astype(np.uint64) * _FACTOR).reshape(-1)
    groups = flat >> np.uint64(64 - high)
    order = np.argsort(groups, kind="stable")
    records = flat << np.uint64(high) >> np.uint64(low) << np.uint64(low) | np.repeat(numbers, bands)
    return records[order], np.cumsum(np.bincount(groups.astype(np.int64), minlength=1 << high))


def find_stars(
    count: int, better: NDArray[np.int64], worse: NDArray[np.int64], group: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """Cluster texts to stars, as ``strata_stars`` does."""
    out = np.full(count, -1, np.int64)
    first, leader = np.searchsorted(worse, np.arange(count + 1)).tolist(), dict[int, int]()
    for i in range(count):
        own = -1 if group is None else int(group[i])
        if own in leader:
            out[i] = len(worse) + leader[own]
            continue
        out[i] = next((k for k in range(first[i], first[i + 1]) if out[better[k]] < 0), -1)
        if own >= 0 and out[i] < 0:
            leader[own] = i
    return out
