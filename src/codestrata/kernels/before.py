"""How many of rising numbers are below each of some places: lines of bytes, files of nodes; and where lines break."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

Int64s = NDArray[np.int64]


def before(rising: Int64s, places: Int64s) -> Int64s:
    """Give how many of m numbers, which rise, are below each of n places; cheap where places mostly rise, too."""
    native = library()
    if native is None:
        return np.searchsorted(rising, places)
    rising, places = np.ascontiguousarray(rising, np.int64), np.ascontiguousarray(places, np.int64)
    found, sizes = np.empty(len(places), np.int64), (ctypes.c_int64(len(rising)), ctypes.c_int64(len(places)))
    native.strata_before(pointer(rising), sizes[0], pointer(places), sizes[1], pointer(found))
    return found


def breaks(data: NDArray[np.uint8]) -> Int64s:
    """Give the places of all line breaks in some bytes."""
    native = library()
    if native is None:
        return np.flatnonzero(data == ord("\n"))
    data, size = np.ascontiguousarray(data), ctypes.c_int64(len(data))
    native.strata_breaks.restype = ctypes.c_int64
    found = np.empty(native.strata_breaks(pointer(data), size, None), np.int64)
    native.strata_breaks(pointer(data), size, pointer(found))
    return found
