"""Strings of a column: which are equal, and moving their bytes from one buffer into another."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

#: Bytes moved by one step of the twin, so that their positions stay in the processor's cache.
_AT_ONCE = 1 << 18


Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def distinct(data: Bytes, starts: Int64s, stops: Int64s) -> tuple[Int64s, Int64s]:
    """Number the distinct strings ``data[starts[i]:stops[i]]`` in the order of their first.

    Gives the number of each string, int64[n], and the row where each number comes first.
    """
    starts, stops = (np.ascontiguousarray(places, np.int64) for places in (starts, stops))
    if len(starts) and not (int(starts.min()) >= 0 and bool((starts <= stops).all()) and int(stops.max()) <= len(data)):
        msg = "a string lies outside its buffer"
        raise ValueError(msg)
    native, n = library(), len(starts)
    codes, first = np.empty(n, np.int64), np.empty(n, np.int64)
    if native is None:
        seen: dict[bytes, int] = {}
        rows: list[int] = []
        for i, (a, b) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            codes[i] = seen.setdefault(data[a:b].tobytes(), len(seen))
            if len(seen) > len(rows):
                rows.append(i)
        return codes, np.array(rows, np.int64)
    slots = np.zeros(1 << (2 * n + 1).bit_length(), np.int64)
    native.strata_distinct.restype = ctypes.c_int64
    strings = (passed(data), passed(starts), passed(stops), ctypes.c_int64(n))
    count = native.strata_distinct(*strings, passed(slots), ctypes.c_int64(len(slots)), passed(codes), passed(first))
    return codes, first[:count]


def gather(
    source: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    target: NDArray[np.uint8],
    places: NDArray[np.int64],
) -> None:
    """Copy piece i, ``source[starts[i]:starts[i] + lengths[i]]``, to ``target[places[i]:]``.

    Pieces may overlap in the source, not in the target. Raises ValueError for a piece that leaves either buffer.
    """
    starts, lengths, places = (np.ascontiguousarray(a, np.int64) for a in (starts, lengths, places))
    native = library()
    if native is None:
        sound = _gather(source, starts, lengths, target, places)
    else:
        source, count = np.ascontiguousarray(source), ctypes.c_int64(len(starts))
        pieces = (passed(source), ctypes.c_int64(len(source)), passed(starts), passed(lengths))
        sound = native.strata_gather(*pieces, passed(target), ctypes.c_int64(len(target)), passed(places), count)
    if not sound:
        msg = "a piece lies outside its buffer"
        raise ValueError(msg)


def chosen(data: Bytes, offsets: Int64s, rows: NDArray[np.integer[Any]]) -> tuple[Int64s, Bytes]:
    """Lay chosen rows ``data[offsets[row]:offsets[row + 1]]`` end to end: their offsets and bytes.

    Offsets rise and lie in the data. Raises IndexError for a row there is none of.
    """
    rows, offsets = np.ascontiguousarray(rows, np.int64), np.ascontiguousarray(offsets)
    native, n, m = library(), len(rows), len(offsets) - 1
    places = np.zeros(n + 1, np.int64)
    if native is None:
        size = _chosen(offsets, rows, places)
    else:
        native.strata_chosen.restype = ctypes.c_int64
        asked = (passed(rows), ctypes.c_int64(n), passed(places))
        size = native.strata_chosen(passed(offsets), ctypes.c_int64(m), *asked)
    if size < 0:
        msg = "there is no such row"
        raise IndexError(msg)
    target = np.empty(size, np.uint8)
    if native is None:
        gather(data, offsets[rows], np.diff(places), target, places[:-1])
    else:
        native.strata_choose(passed(data), passed(offsets), *asked, passed(target))
    return places, target


def _chosen(offsets: Int64s, rows: NDArray[np.integer[Any]], places: Int64s) -> int:
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < len(offsets) - 1:
        return -1
    np.cumsum(offsets[rows + 1] - offsets[rows], out=places[1:])
    return int(places[-1])


def decoded(source: Bytes, starts: Int64s, lengths: Int64s) -> list[str]:
    """Give pieces ``source[starts[i]:starts[i] + lengths[i]]`` as texts; what is no UTF-8 is replaced."""
    if not len(starts):
        return []
    ends = np.cumsum(lengths + 1)  # with a zero behind each
    data = np.zeros(int(ends[-1]), np.uint8)
    begins = ends - lengths - 1
    gather(source, starts, lengths, data, begins)
    every = data[:-1].tobytes()
    if every.count(0) >= len(starts):
        pieces = [every[a : b - 1] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    elif every.isascii():
        return every.decode().split("\0")
    else:
        pieces = every.split(b"\0")
    return [piece.decode(errors="replace") for piece in pieces]


def _gather(
    source: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    target: NDArray[np.uint8],
    places: NDArray[np.int64],
) -> bool:
    if len(starts) and not (
        min(int(starts.min()), int(lengths.min()), int(places.min())) >= 0
        and int((starts + lengths).max()) <= len(source)
        and int((places + lengths).max()) <= len(target)
    ):
        return False
    ends, low = np.concatenate([[0], np.cumsum(lengths)]), 0
    while low < len(starts):
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + _AT_ONCE, side="right")) - 1)
        within = np.arange(ends[low], ends[high])
        pieces = slice(low, high)
        begin = np.repeat(starts[pieces] - ends[low:high], lengths[pieces])
        place = np.repeat(places[pieces] - ends[low:high], lengths[pieces])
        target[place + within] = source[begin + within]
        low = high
    return True
