"""Tree objects in the native kernels: their entries, and the paths these come to.

There is no NumPy twin: where the kernels are missing, or will not read a tree, ``git ls-tree`` lists the same files.
"""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class Entries(NamedTuple):
    """The entries of n trees, one tree's after another's.

    counts: int64[n]; mode: int32[k]; name, size: int64[k], where the name begins in the arena, and its length; ids:
    uint8 (k, width).
    """

    counts: Int64s
    mode: NDArray[np.int32]
    name: Int64s
    size: Int64s
    ids: Bytes


def entries(arena: Bytes, starts: Int64s, stops: Int64s, width: int) -> Entries | None:
    """Read the trees ``arena[starts[i]:stops[i]]``; None for an unusual one, or one with a name no checkout may see."""
    native = _native()
    counts = np.empty(len(starts), np.int64)
    trees = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)), ctypes.c_int64(width))
    total = native.strata_tree_count(*trees, pointer(counts))
    if total < 0:
        return None
    mode, ids = np.empty(total, np.int32), np.empty((total, width), np.uint8)
    name, size = np.empty(total, np.int64), np.empty(total, np.int64)
    native.strata_tree_entries(*trees, *(pointer(array) for array in (mode, name, size, ids)))
    return Entries(counts, mode, name, size, ids)


def paths(
    arena: Bytes, name: Int64s, size: Int64s, folder: Int64s, prefixes: tuple[Int64s, Bytes], *, slash: bool
) -> tuple[Int64s, Bytes]:
    """Give the offsets and bytes of paths: the prefix of each one's folder, its name and, with ``slash``, a slash."""
    prefix, text = prefixes
    offsets = np.zeros(len(name) + 1, np.int64)
    np.cumsum(np.diff(prefix)[folder] + size + slash, out=offsets[1:])
    out = np.empty(offsets[-1], np.uint8)
    named = (*(pointer(array) for array in (arena, name, size, folder)), ctypes.c_int64(len(name)))
    _native().strata_tree_paths(
        *named, pointer(text), pointer(prefix), ctypes.c_int64(slash), pointer(offsets), pointer(out)
    )
    return offsets, out


def rising(offsets: Int64s, data: Bytes) -> bool:
    """Say whether byte strings rise, none of them twice."""
    return bool(_native().strata_rising(pointer(data), pointer(offsets), ctypes.c_int64(len(offsets) - 1)))


def _native() -> ctypes.CDLL:
    native = library()
    assert native is not None  # noqa: S101 -- callers have the native reader, or ask git
    native.strata_tree_count.restype = ctypes.c_int64
    return native
