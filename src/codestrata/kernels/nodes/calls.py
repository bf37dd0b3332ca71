"""Calls of something with a name, read by compiled kernels; analyze/syntax/outline/calls.py says what they are."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.nodes.laid import Laid

Ints = NDArray[np.int64]


class Called(NamedTuple):
    """Calls: the node of each, where what it calls is written, is something made, and its arguments or -1 (int32)."""

    node: Ints
    start: Ints
    stop: Ints
    made: NDArray[np.bool_]
    arguments: NDArray[np.int32]


class Forms(NamedTuple):
    """How calls are told in a grammar, in numbers of kinds and fields; 0 is no field.

    ``calls``: int32[m, 6], rows of kind, first and second field of what is called, field of its last name, is something
    made, does a mark follow; ``names``: int32[4], fields of last names; ``plain``: bool[65536], kinds of paths.
    """

    calls: NDArray[np.int32]
    names: NDArray[np.int32]
    arguments: int
    plain: NDArray[np.bool_]


def called(native: ctypes.CDLL, laid: Laid, nodes: Ints, forms: Forms) -> Called:
    """Read the calls among some nodes."""
    nodes, n = np.ascontiguousarray(nodes), len(nodes)
    node, start, stop = np.empty((3, n), np.int64)
    out = Called(node, start, stop, np.empty(n, np.bool_), np.empty(n, np.int32))
    asked: tuple[Any, ...] = (passed(forms.calls), ctypes.c_int64(len(forms.calls)), passed(forms.names))
    asked = (*asked, ctypes.c_int32(forms.arguments), passed(forms.plain))
    native.strata_calls.restype = ctypes.c_int64
    count = native.strata_calls(laid.ref, passed(nodes), ctypes.c_int64(n), *asked, *map(passed, out))
    return Called(node[:count], start[:count], stop[:count], out.made[:count], out.arguments[:count])


def callees(
    native: ctypes.CDLL, arena: NDArray[np.uint8], some: Called, mark: bytes, longest: int
) -> tuple[Ints, NDArray[np.uint8], Ints]:
    """Write what is called, without white space: offsets, bytes, and the rows that are not ASCII."""
    n = len(some.node)
    offsets, rows = np.empty(n + 1, np.int64), np.empty(n, np.int64)
    data = np.empty(int((some.stop - some.start).clip(max=longest).sum()) + len(mark) * n, np.uint8)
    columns = (passed(arena), passed(some.start), passed(some.stop), passed(some.made), ctypes.c_int64(n))
    asked = (mark, ctypes.c_int64(len(mark)), ctypes.c_int64(longest))
    native.strata_callees.restype = ctypes.c_int64
    count = native.strata_callees(*columns, *asked, passed(offsets), passed(data), passed(rows))
    return offsets, data[: offsets[-1]], rows[:count]
