"""Distinct shapes of files: of each file those with the smallest hashes, where they come first, and how often."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def distinct_shapes(files: Ints, shapes: Hashes, count: int, most: int) -> tuple[Ints, Ints]:
    """Give the place where each distinct shape of a file comes first, by files and shapes, and how often it comes.

    ``files`` are those of n shapes, below ``count``. Of a file there are at most ``most``.
    """
    order = np.argsort(shapes)  # of equal ones in any order
    few = files.astype(np.min_scalar_type(count))  # numbers of 16 bits are counted, not compared
    order = order[np.argsort(few[order], kind="stable")]
    native, n = library(), len(order)
    if native is None:
        return _distinct(order, files[order], shapes[order], most)
    files, shapes = np.ascontiguousarray(files), np.ascontiguousarray(shapes)
    first, times = np.empty(n, np.int64), np.empty(n, np.int64)
    told = (passed(order), ctypes.c_int64(n), passed(files), passed(shapes), ctypes.c_int64(most))
    native.strata_shapes.restype = ctypes.c_int64
    found = native.strata_shapes(*told, passed(first), passed(times))
    return first[:found], times[:found]


def _distinct(order: Ints, files: Ints, shapes: Hashes, most: int) -> tuple[Ints, Ints]:
    if not len(order):
        return order, order
    first = np.flatnonzero(np.append([True], (shapes[1:] != shapes[:-1]) | (files[1:] != files[:-1])))
    times = np.diff(np.append(first, len(order)))
    begins = np.flatnonzero(np.append([True], np.diff(files[first]) > 0))
    rank = np.arange(len(first)) - np.repeat(begins, np.diff(np.append(begins, len(first))))
    kept = rank < most
    return np.minimum.reduceat(order, first)[kept], times[kept]
