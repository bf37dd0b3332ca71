"""Exact duplicates: files with the same Git object id have the same bytes."""

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
