"""Siblings of nodes, and how many children count, in trees that lie in pre-order."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

Ints = NDArray[np.int64]


def family(parent: Ints, after: Ints, counted: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the sibling before each of n nodes, plus one (0: none), and how many of its children are counted.

    ``parent`` and ``after`` (one past the last descendant) are indices. Both results have one cell more, of 0, for what
    is asked of no node (index -1). n must be under 2³¹ - 1.
    """
    native, n = library(), len(parent)
    if n >= np.iinfo(np.int32).max:
        raise ValueError("too many nodes for 32 bits")
    previous, parts = np.zeros(n + 1, np.int32), np.zeros(n + 1, np.int32)
    if native is None:
        inner = np.flatnonzero(parent >= 0)
        parts[:] = np.bincount(parent[inner[counted[inner]]], minlength=n + 1)
        inner = inner[after[inner] < after[parent[inner]]]
        previous[after[inner]] = inner + 1
        return previous, parts
    columns = [np.ascontiguousarray(column) for column in (parent, after, counted)]
    native.strata_family(*map(pointer, columns), ctypes.c_int64(n), pointer(previous), pointer(parts))
    return previous, parts


def holders(scopes: Ints, ends: Ints, nodes: Ints) -> Ints:
    """Give the innermost of some scopes around each of some nodes: its place among the scopes, or -1.

    A scope goes from ``scopes[j]`` (rising) to before ``ends[j]``; they are nested in one another or apart.
    """
    native = library()
    if native is None:
        return _holders(scopes, ends, nodes)
    outer, out = np.empty(len(scopes), np.int64), np.empty(len(nodes), np.int64)
    scopes, ends, nodes = (np.ascontiguousarray(column, np.int64) for column in (scopes, ends, nodes))
    given = (pointer(scopes), pointer(ends), ctypes.c_int64(len(scopes)), pointer(nodes), ctypes.c_int64(len(nodes)))
    native.strata_holders(*given, pointer(outer), pointer(out))
    return out


def _holders(scopes: Ints, ends: Ints, nodes: Ints) -> Ints:
    outer: list[int] = []
    for i, scope in enumerate(scopes.tolist()):
        around = i - 1
        while around >= 0 and ends[around] <= scope:
            around = outer[around]
        outer.append(around)
    around_ = np.array([*outer, -1], np.int64)  # the last: what is around none
    stops = np.array([*ends, np.iinfo(np.int64).max], np.int64)
    here = np.asarray(np.searchsorted(scopes, nodes, side="right") - 1, np.int64)
    open_ = np.flatnonzero(stops[here] <= nodes)
    while len(open_):
        here[open_] = around_[here[open_]]
        open_ = open_[stops[here[open_]] <= nodes[open_]]
    return here
