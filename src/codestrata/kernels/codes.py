"""Numbering the distinct strings of a column."""

from __future__ import annotations

import ctypes
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer
from codestrata.kernels.library import library


def codes_of(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Number the strings ``data[offsets[i]:offsets[i + 1]]`` in the order in which they first appear.

    Returns int32[n], the number of each row's string, and int64[k], the row in which string k appears first.
    """
    n = check_texts(data, offsets)
    native = library()
    if native is None:
        return _codes(data, offsets)
    codes, firsts = np.empty(n, np.int32), np.empty(n, np.int64)
    native.strata_codes.restype = ctypes.c_int64
    rows = (pointer(np.ascontiguousarray(data)), pointer(offsets), ctypes.c_int64(n))
    count = native.strata_codes(*rows, pointer(codes), pointer(firsts))
    if count < 0:
        raise MemoryError
    return codes, firsts[:count].copy()


def _codes(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    seen: dict[bytes, int] = {}
    firsts: list[int] = []
    codes = np.empty(len(offsets) - 1, np.int32)
    for row, (start, end) in enumerate(pairwise(offsets.tolist())):
        code = codes[row] = seen.setdefault(data[start:end].tobytes(), len(seen))
        if code == len(firsts):
            firsts.append(row)
    return codes, np.array(firsts, np.int64)
