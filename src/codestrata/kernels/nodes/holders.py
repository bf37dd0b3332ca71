"""Which of nested stretches is the innermost around a place."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]


def holders(starts: Ints, stops: Ints, places: Ints) -> Ints:
    """Give the innermost of m stretches ``starts[i]:stops[i]`` around each of k places: its number, or -1.

    Starts rise, and each stretch is inside another or apart from it. int64[k].
    """
    native, found = library(), np.empty(len(places), np.int64)
    outer = np.empty(len(starts), np.int64)
    if native is not None:
        starts, stops, places = (np.ascontiguousarray(column, np.int64) for column in (starts, stops, places))
        stretches = (passed(starts), passed(stops), ctypes.c_int64(len(starts)), passed(outer))
        native.strata_holders(*stretches, passed(places), ctypes.c_int64(len(places)), passed(found))
        return found
    ends = [*stops.tolist(), np.iinfo(np.int64).max]
    for i, start in enumerate(starts.tolist()):
        above = i - 1
        while ends[above] <= start:
            above = int(outer[above])
        outer[i] = above
    found[:] = np.searchsorted(starts, places, side="right") - 1
    after = np.array(ends, np.int64)
    open_ = np.flatnonzero(after[found] <= places)
    while len(open_):
        found[open_] = outer[found[open_]]
        open_ = open_[after[found[open_]] <= places[open_]]
    return found
