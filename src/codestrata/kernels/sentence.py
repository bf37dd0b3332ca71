"""Sentences of comments around places in them. What a sentence is, is defined by analyze/reasons/nearby.py."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

Int64s = NDArray[np.int64]


def sentences(arena: NDArray[np.uint8], starts: Int64s, ends: Int64s, places: Int64s) -> Int64s:
    """Give where the sentence begins and ends that each place is in: int64[n, 2], -1 where there is none.

    Place i is in comment ``arena[starts[i]:ends[i]]``, or behind it, where no sentence is; it and what is given count
    from where the comment begins. There have to be compiled kernels.
    """
    native = library()
    assert native is not None  # noqa: S101 -- the caller has asked
    arena, starts, ends, places = map(np.ascontiguousarray, (arena, starts, ends, places))
    if len(places) and (min(int(starts.min()), int(places.min())) < 0 or int(ends.max()) > len(arena)):
        msg = "a comment lies outside the arena"
        raise ValueError(msg)
    found, count = np.empty((len(places), 2), np.int64), ctypes.c_int64(len(places))
    native.strata_sentences.restype = ctypes.c_int64
    told = (pointer(arena), pointer(starts), pointer(ends), pointer(places), count)
    if native.strata_sentences(*told, pointer(found)) < 0:
        raise MemoryError
    return found
