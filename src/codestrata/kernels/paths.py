"""Paths, many at a time: where their names begin, which of their parts are equal, some of them as lines of a text."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer
from codestrata.kernels.library import library

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def parts(data: Bytes, offsets: Int64s) -> tuple[Int64s, Int64s]:
    """Give for each path ``data[offsets[i]:offsets[i + 1]]`` where its name begins, and what follows its first dot.

    The name is what stands behind the last slash; a name without a dot has nothing behind it.
    """
    n, native = check_texts(data, offsets), library()
    name, suffix = np.empty(n, np.int64), np.empty(n, np.int64)
    if native is None:
        for i, (start, stop) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
            path = data[start:stop].tobytes()
            name[i] = start + path.rfind(b"/") + 1
            suffix[i] = start + (path.find(b".", path.rfind(b"/") + 1) + 1 or len(path))
    else:
        native.strata_path_parts(pointer(data), pointer(offsets), ctypes.c_int64(n), pointer(name), pointer(suffix))
    return name, suffix


def distinct(data: Bytes, starts: Int64s, stops: Int64s) -> tuple[Int64s, Int64s]:
    """Number the distinct strings ``data[starts[i]:stops[i]]`` in the order of their first.

    Gives the number of each string, int64[n], and the row where each number comes first.
    """
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
    starts, stops = np.ascontiguousarray(starts), np.ascontiguousarray(stops)
    strings = (pointer(data), pointer(starts), pointer(stops), ctypes.c_int64(n))
    count = native.strata_distinct(*strings, pointer(slots), ctypes.c_int64(len(slots)), pointer(codes), pointer(first))
    return codes, first[:count]


def gather(data: Bytes, starts: Int64s, sizes: Int64s) -> Bytes | None:
    """Give the strings ``data[starts[i]:starts[i] + sizes[i]]`` end to end; None where there are no native kernels."""
    native = library()
    if native is None:
        return None
    starts, sizes = np.ascontiguousarray(starts), np.ascontiguousarray(sizes)
    out = np.empty(int(sizes.sum()), np.uint8)
    native.strata_gather(pointer(data), pointer(starts), pointer(sizes), ctypes.c_int64(len(starts)), pointer(out))
    return out


def as_lines(data: Bytes, starts: Int64s, stops: Int64s) -> tuple[bytes, Int64s]:
    """Give the strings ``data[starts[i]:stops[i]]`` as one text, a newline behind each, and where each begins in it."""
    ends = np.cumsum(stops - starts + 1)
    native, begins = library(), np.concatenate((np.zeros(1, np.int64), ends))[:-1]
    if native is None:
        rows = zip(starts.tolist(), stops.tolist(), strict=True)
        return b"".join(data[a:b].tobytes() + b"\n" for a, b in rows), begins
    out = np.empty(ends[-1] if len(ends) else 0, np.uint8)
    starts, stops = np.ascontiguousarray(starts), np.ascontiguousarray(stops)
    native.strata_as_lines(pointer(data), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)), pointer(out))
    return out.tobytes(), begins
