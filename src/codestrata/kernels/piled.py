"""Columns of texts out of some that are known: all columns of a table at once."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
#: What the kernel may write behind the last text.
_MORE = 16


def piled(data: Bytes, starts: Ints, stops: Ints, which: Ints, order: Ints | None = None) -> list[tuple[Ints, Bytes]]:
    """Lay out columns of texts ``data[starts[t]:stops[t]]``: column c says in row r the text ``which[c, r]``.

    ``order`` (int64[n]) says which rows come one after the other, all as they are without it. Gives the offsets,
    int64[n + 1], and the bytes of each column. ValueError for a text or a row that is none.
    """
    columns, rows = which.shape
    if len(starts) and not (starts.min() >= 0 and bool((starts <= stops).all()) and stops.max() <= len(data)):
        raise ValueError("a text lies outside its buffer")
    if which.size and not (which.min() >= 0 and which.max() < len(starts)):
        raise ValueError("there is no such text")
    if order is not None and not (len(order) == rows and order.min(initial=0) >= 0 and order.max(initial=-1) < rows):
        raise ValueError("there is no such row")
    native = library()
    if native is None:
        return [_piled(data, starts, stops, column if order is None else column[order]) for column in which]
    starts, stops, which = (np.ascontiguousarray(column, np.int64) for column in (starts, stops, which))
    offsets, native.strata_piled.restype = np.empty((columns, rows + 1), np.int64), ctypes.c_int64
    texts = (passed(data), ctypes.c_int64(len(data)), passed(starts), passed(stops), passed(which))
    sequence = None if order is None else passed(order := np.ascontiguousarray(order, np.int64))
    asked = (*texts, sequence, ctypes.c_int64(columns), ctypes.c_int64(rows), passed(offsets))
    out = np.empty(native.strata_piled(*asked, None) + _MORE, np.uint8)
    native.strata_piled(*asked, passed(out))
    sizes, at, told = offsets[:, -1].tolist(), 0, []
    for bounds, size in zip(offsets, sizes, strict=True):
        told.append((bounds, out[at : at + size]))
        at += size
    return told


def _piled(data: Bytes, starts: Ints, stops: Ints, which: Ints) -> tuple[Ints, Bytes]:
    pieces = [data[a:b].tobytes() for a, b in zip(starts[which].tolist(), stops[which].tolist(), strict=True)]
    return np.cumsum([0, *map(len, pieces)], dtype=np.int64), np.frombuffer(b"".join(pieces), np.uint8)
