"""Candidates for near-duplicates in NumPy and dicts: the twin of ``native/lsh.c``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_LEADERS = 16
MOST_PARTNERS = 32


def find_pairs(signatures: NDArray[np.uint16], bands: int, rows: int, least: int, same: int) -> NDArray[np.int64]:
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
                _join(i, leaders, alike, (least, same), partners, cover)
    found = {(a, b) for b, those in enumerate(partners) for a in those} | {(_root(i, cover), i) for i in cover}
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _join(
    i: int, leaders: list[int], alike: list[int], limits: tuple[int, int], partners: list[set[int]], cover: dict[int, int]
) -> None:
    least, same = limits
    for leader, count in zip(leaders, alike, strict=True):
        if count >= least:
            partners[i].add(leader)
            if count >= same:
                cover[i] = leader
            if i in cover or len(partners[i]) == MOST_PARTNERS:
                return
    if len(leaders) < MOST_LEADERS:
        leaders.append(i)


def _root(i: int, cover: dict[int, int]) -> int:
    while i in cover:
        i = cover[i]
    return i
