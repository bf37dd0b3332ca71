"""Exact duplicates: the same Git object id is the same bytes, the same hash of lexemes the same text but for layout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen


def first_of_each(blobs: Varlen, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for every row the row of the same blob that ranks best (lowest); itself when it is that row.

    blobs: object ids; rank: int64[n], all different.
    """
    order = np.argsort(rank, kind="stable")
    ranked = blobs.take(order)
    codes, firsts = distinct(ranked.data, ranked.offsets[:-1], ranked.offsets[1:])
    out = np.empty(len(order), np.int64)
    out[order] = order[firsts[codes]]
    return out


def first_of_each_text(
    hashes: NDArray[np.uint64], counts: NDArray[np.int64], rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give for every row the row of the same normalised text that ranks best; itself when it is that row.

    hashes: of the lexemes in order (kernels.measure), 0 where there is none, which is like nothing else; counts: int64
    (n, m), figures that must agree as well (words, lexemes), so that two texts pass for one only where a hash of 64
    bits and all of them do; rank: int64[n], all different.
    """
    order = np.lexsort((rank, *counts.T, hashes))
    same = np.zeros(len(order), np.bool_)
    key = hashes[order]
    same[1:] = (key[1:] == key[:-1]) & (counts[order[1:]] == counts[order[:-1]]).all(axis=1) & (key[1:] != 0)
    head = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    out = np.empty(len(order), np.int64)
    out[order] = order[head]
    return out
