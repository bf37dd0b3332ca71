"""Candidates for near-duplicates in NumPy and dicts: the twin of ``native/lsh.c``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_LEADERS = 64


def find_pairs(signatures: NDArray[np.uint16], bands: int, rows: int, least: int, same: int) -> NDArray[np.int64]:
    """Give the pairs of texts that share a band, as ``strata_candidates`` does."""
    found: set[tuple[int, int]] = set()
    signed = np.flatnonzero(signatures.any(axis=1))
    for band in range(bands):
        buckets: dict[bytes, list[int]] = {}
        for i in signed.tolist():
            leaders = buckets.setdefault(signatures[i, band * rows : (band + 1) * rows].tobytes(), [])
            alike = (signatures[leaders] == signatures[i]).sum(axis=1)
            found.update((leader, i) for leader, count in zip(leaders, alike, strict=True) if count >= least)
            if len(leaders) < MOST_LEADERS and not np.any(alike >= same):
                leaders.append(i)
    return np.array(sorted(found), np.int64).reshape(-1, 2)
