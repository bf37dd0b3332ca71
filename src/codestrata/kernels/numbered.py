"""Places by the numbers they have: a sort by counting."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: How many numbers there are.
NUMBERS = 1 << 16


def numbered(numbers: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the places of n numbers in the order of the numbers, equal ones as they come, and where each number's end.

    int64[n], int64[65536].
    """
    native, n = library(), len(numbers)
    if native is None:
        return np.argsort(numbers, kind="stable"), np.cumsum(np.bincount(numbers, minlength=NUMBERS))
    order, ends = np.empty(n, np.int64), np.zeros(NUMBERS, np.int64)
    numbers = np.ascontiguousarray(numbers, np.uint16)
    native.strata_numbered(pointer(numbers), ctypes.c_int64(n), pointer(ends), pointer(order))
    return order, ends
