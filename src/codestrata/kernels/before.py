"""How many of rising numbers are below each of some places: lines of bytes, files of nodes; and where lines break."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]


def before(rising: Int64s, places: Int64s) -> Int64s:
    """Give how many of m numbers, which rise, are below each of n places; cheap where places mostly rise, too."""
    native = library()
    if native is None:
        return np.searchsorted(rising, places)
    rising, places = np.ascontiguousarray(rising, np.int64), np.ascontiguousarray(places, np.int64)
    found, sizes = np.empty(len(places), np.int64), (ctypes.c_int64(len(rising)), ctypes.c_int64(len(places)))
    native.strata_before(passed(rising), sizes[0], passed(places), sizes[1], passed(found))
    return found


def ranges(
    breaks: Int64s, offsets: Int64s, lines: Int64s, files: Int64s, starts: Int64s, stops: Int64s
) -> tuple[Int64s, Int64s, Int32s, Int32s]:
    """Give of pieces of files where each begins and ends in its file, and its first and last line, from 1.

    ``breaks`` are the places of all line breaks; of each file ``offsets`` has where it begins, ``lines`` the number of
    line breaks before it. ``files``, ``starts`` and ``stops`` are the pieces'.
    """
    native, n = library(), len(files)
    if native is None:
        base, above = offsets[files], lines[files] - 1
        lines_ = [np.searchsorted(breaks, places) - above for places in (starts, np.maximum(stops - 1, starts))]
        return starts - base, stops - base, lines_[0].astype(np.int32), lines_[1].astype(np.int32)
    told = [np.ascontiguousarray(column, np.int64) for column in (files, starts, stops)]
    start, end = np.empty(n, np.int64), np.empty(n, np.int64)
    line, last = np.empty(n, np.int32), np.empty(n, np.int32)
    native.strata_ranges(
        *(passed(breaks), ctypes.c_int64(len(breaks)), passed(offsets), passed(lines), *map(passed, told)),
        *(ctypes.c_int64(n), passed(start), passed(end), passed(line), passed(last)),
    )
    return start, end, line, last


def breaks(data: NDArray[np.uint8]) -> Int64s:
    """Give the places of all line breaks in some bytes."""
    native = library()
    if native is None:
        return np.flatnonzero(data == ord("\n"))
    data, size = np.ascontiguousarray(data), ctypes.c_int64(len(data))
    native.strata_breaks.restype = ctypes.c_int64
    found = np.empty(native.strata_breaks(passed(data), size, None), np.int64)
    native.strata_breaks(passed(data), size, passed(found))
    return found
