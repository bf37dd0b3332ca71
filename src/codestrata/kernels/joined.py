"""Rows of pieces, joined by commas."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def joined(data: Bytes, places: Ints, which: Ints, row: Ints, rows: int) -> tuple[Ints, Bytes]:
    """Join pieces ``data[places[p]:places[p + 1]]``: piece ``which[i]`` belongs to ``row[i]``, which rises.

    Gives int64[rows + 1] and bytes; row k is what lies between offsets k and k + 1. ValueError for a piece or a row
    that is none.
    """
    count = len(places) - 1
    if len(row) and not (which.min() >= 0 and which.max() < count and row.min() >= 0 and row.max() < rows):
        raise ValueError("there is no such piece, or no such row")
    if (row[1:] < row[:-1]).any():
        raise ValueError("rows do not rise")
    native, offsets = library(), np.zeros(rows + 1, np.int64)
    if native is None:
        told: list[list[bytes]] = [[] for _ in range(rows)]
        for i, k in zip(which.tolist(), row.tolist(), strict=True):
            told[k].append(data[places[i] : places[i + 1]].tobytes())
        lines = [b",".join(pieces) for pieces in told]
        np.cumsum([len(line) for line in lines], out=offsets[1:])
        return offsets, np.frombuffer(b"".join(lines), np.uint8)
    columns: list[NDArray[Any]] = [np.ascontiguousarray(column) for column in (data, places, which, row)]
    out = np.empty(int((places[1:] - places[:-1])[which].sum()) + len(which), np.uint8)
    sizes = (ctypes.c_int64(len(which)), ctypes.c_int64(rows))
    native.strata_joined(*map(passed, columns), *sizes, passed(offsets), passed(out))
    return offsets, out[: int(offsets[-1])]
