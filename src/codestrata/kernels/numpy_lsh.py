"""Candidates for near-duplicates in NumPy and dicts: the twin of ``native/lsh.c``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_words import BINS

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
