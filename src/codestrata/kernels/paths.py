"""Paths, many at a time: where their names begin, some of them as lines of a text."""

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
