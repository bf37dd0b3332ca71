"""Nodes by their kinds, or by any small number of theirs: how many there are of each, and where."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint16]


def counts(numbers: Numbers, most: int) -> Ints:
    """Count the nodes of each number below ``most``, and, behind these, all others: int64[most + 1]."""
    native = library()
    if native is None:
        return np.bincount(np.minimum(numbers, most), minlength=most + 1)
    numbers, found = np.ascontiguousarray(numbers), np.zeros(most + 1, np.int64)
    native.strata_kind_counts(passed(numbers), ctypes.c_int64(len(numbers)), ctypes.c_int64(most), passed(found))
    return found


def ordered(numbers: Numbers, sizes: Ints, wanted: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Give the places of the wanted numbers, number by number and rising, and where those of each number end.

    ``sizes`` are the :func:`counts`, ``wanted`` is bool[most + 1]; those of an unwanted number are none.
    """
    native, most = library(), len(sizes) - 1
    ends = np.cumsum(np.where(wanted, sizes, 0))
    if native is None:
        kept = np.flatnonzero(wanted[np.minimum(numbers, most)])
        return kept[np.argsort(np.minimum(numbers[kept], most), kind="stable")], ends
    order, at = np.empty(int(ends[-1]) + 1, np.int64), np.where(wanted, ends - sizes, ends[-1])
    numbers, step = np.ascontiguousarray(numbers), wanted.astype(np.int64)
    told = (passed(numbers), ctypes.c_int64(len(numbers)), ctypes.c_int64(most))
    native.strata_kind_order(*told, passed(at), passed(step), passed(order))
    return order[:-1], ends


def places(numbers: Numbers, number: int) -> Ints:
    """Give the places of one number, rising."""
    native = library()
    if native is None:
        return np.flatnonzero(numbers == number)
    numbers = np.ascontiguousarray(numbers)
    asked = (passed(numbers), ctypes.c_int64(len(numbers)), ctypes.c_int64(number))
    native.strata_kind_places.restype = ctypes.c_int64
    found = np.empty(native.strata_kind_places(*asked, None), np.int64)
    native.strata_kind_places(*asked, passed(found))
    return found
