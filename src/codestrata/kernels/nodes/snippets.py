"""Pieces of code laid beside many nodes of trees at once. What fits is defined by analyze/rules/alignment.py."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: What a piece may be; the same numbers stand in native/nodes/rules.c.
LEAF, WORD, INNER, HOLE, ANY_HOLE, GAP = range(6)
#: Names that a snippet may have at most; what a name stands for where it caught nothing, or a gap without nodes.
MOST_NAMES = 16
NOTHING, EMPTY = -1, -2


class Struct(ctypes.Structure):
    """A snippet as kernels take it."""

    _fields_: ClassVar = [
        (name, ctypes.c_void_p) for name in ("what", "kind", "after", "name", "text", "size", "texts")
    ]


class _Nodes(ctypes.Structure):
    _fields_: ClassVar = [
        (name, ctypes.c_void_p) for name in ("arena", "kind", "start", "end", "after", "flags", "parent", "field")
    ]


@dataclass(frozen=True, eq=False)
class Program:
    """A snippet in pre-order. ``pieces``: int32[n, 6], what each is, its kind, the piece behind all that is in it, the
    number of its name or -1, and where in ``texts`` its text begins and how long it is.
    """  # noqa: D205 -- one sentence

    pieces: NDArray[np.int32]
    texts: NDArray[np.uint8]
    names: tuple[str, ...]

    @cached_property
    def struct(self) -> tuple[Any, NDArray[np.int32]]:
        """What the kernel reads, and the array that it points to."""
        columns = np.ascontiguousarray(self.pieces.T)
        return Struct(*(pointer(column) for column in columns), pointer(self.texts)), columns


class Trees:
    """The arrays of nodes, as the kernel takes them: arena, kind, start, end, after, flags, parent, field."""

    def __init__(self, *arrays: NDArray[Any]) -> None:
        self.arrays = [np.ascontiguousarray(array) for array in arrays]
        self.struct = _Nodes(*(pointer(array) for array in self.arrays))


def aligned(program: Program, trees: Trees, some: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Say of each of some nodes whether it looks like a snippet.

    Gives bool[n], and int64[n, names, 2]: first and last node that each name caught. There have to be compiled kernels.
    """
    native = library()
    assert native is not None  # noqa: S101 -- the caller has asked
    found = np.zeros(len(some), np.uint8)
    caught = np.empty((len(some), len(program.names), 2), np.int64)
    some = np.ascontiguousarray(some)
    native.strata_align.restype = ctypes.c_int64
    native.strata_align(
        *(ctypes.byref(program.struct[0]), ctypes.byref(trees.struct), pointer(some), ctypes.c_int64(len(some))),
        *(ctypes.c_int64(len(program.names)), pointer(found), pointer(caught)),
    )
    return found.view(np.bool_), caught
