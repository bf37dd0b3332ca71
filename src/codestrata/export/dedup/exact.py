"""Exact duplicates: files with the same Git object id have the same bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.store.columns import Varlen

_WORDS = 5  # 32 bytes of the longest object id, and its length


def first_of_each(blobs: Varlen, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for every row the row of the same blob that ranks best (lowest); itself when it is that row.

    blobs: object ids of 20 or 32 bytes; rank: int64[n], all different.
    """
    if not len(blobs):
        return np.zeros(0, np.int64)
    words = _words(blobs)
    order = np.lexsort((rank, *words.T))
    sorted_words = words[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (sorted_words[1:] != sorted_words[:-1]).any(axis=1)
    firsts = order[np.flatnonzero(new)]
    out = np.empty(len(order), np.int64)
    out[order] = firsts[np.cumsum(new) - 1]
    return out


def _words(blobs: Varlen) -> NDArray[np.uint64]:
    """Lay object ids out as (n, 5) machine words: 32 bytes filled up with zeros, then the length."""
    lengths = np.diff(blobs.offsets)
    words = np.zeros((len(blobs), _WORDS), np.uint64)
    raw = words.view(np.uint8).reshape(len(blobs), _WORDS * 8)
    for width in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == width)
        raw[rows, :width] = blobs.take(rows).matrix(width)
    words[:, _WORDS - 1] = lengths
    return words
