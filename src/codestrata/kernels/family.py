"""Siblings of nodes, and how many children count, in trees that lie in pre-order."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library
from codestrata.kernels.numbers import numbered

Ints = NDArray[np.int64]

#: Children of a node that are looked at as often as it is asked about, and what the kernel says of one with more.
_FEW, _GAVE_UP = 16, -2


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


def first_known(field: NDArray[np.uint16], after: Ints, nodes: Ints, number: int) -> Ints:
    """Give the first child that each of some nodes knows by a field's number, or -1; node -1 has none."""
    native = library()
    if native is None:
        return np.array([_first_known(field, after, node, number) for node in nodes.tolist()], np.int64)
    field, after = np.ascontiguousarray(field), np.ascontiguousarray(after)

    def search(some: Ints, most: int) -> Ints:
        some, found = np.ascontiguousarray(some, np.int64), np.empty(len(some), np.int64)
        asked = (pointer(some), ctypes.c_int64(len(some)), ctypes.c_int64(number), ctypes.c_int64(most))
        native.strata_child(pointer(field), pointer(after), *asked, pointer(found))
        return found

    out = search(nodes, _FEW)
    wide = np.flatnonzero(out == _GAVE_UP)
    if len(wide):  # a file's root may be asked about once for each of its children: searched once
        distinct, _, which = numbered(nodes[wide])
        out[wide] = search(distinct, len(field))[which]
    return out


def _first_known(field: NDArray[np.uint16], after: Ints, node: int, number: int) -> int:
    child, end = node + 1, int(after[node]) if node >= 0 else 0
    while child < end and field[child] != number:
        child = int(after[child])
    return child if child < end else -1


def first_counted(counted: NDArray[np.bool_], after: Ints, nodes: Ints) -> Ints:
    """Give the first child of each of some nodes that counts, or -1; node -1 has none."""
    native = library()
    if native is None:
        here = np.where(nodes >= 0, nodes + 1, -1)
        stop = np.where(nodes >= 0, after[nodes], -1)
        while True:
            here = np.where((here >= 0) & (here < stop), here, -1)
            off = (here >= 0) & ~counted[here]
            if not off.any():
                return here
            here = np.where(off, after[here], here)
    counted, after, nodes = np.ascontiguousarray(counted), np.ascontiguousarray(after), np.ascontiguousarray(nodes)
    found, count = np.empty(len(nodes), np.int64), ctypes.c_int64(len(nodes))
    native.strata_first_counted(pointer(counted), pointer(after), pointer(nodes), count, pointer(found))
    return found


def all_of(
    kind: NDArray[np.uint16], flags: NDArray[np.uint8], after: Ints, table: NDArray[np.bool_], nodes: Ints
) -> NDArray[np.bool_]:
    """Say which of some nodes are, with all named nodes (bit 0 of ``flags``) below them, of kinds in a table.

    ``table``: bool[65536], by kind; -1 is not. Cheap where one that is not stands near the top.
    """
    native = library()
    if native is None:
        others = np.concatenate(([0], np.cumsum((flags & 1).astype(np.bool_) & ~table[kind])))
        return np.asarray((nodes >= 0) & (others[nodes] == others[after[nodes]]), np.bool_)
    columns = [np.ascontiguousarray(column) for column in (kind, flags, after, table, nodes)]
    found = np.empty(len(nodes), np.uint8)
    native.strata_all_of(*map(pointer, columns), ctypes.c_int64(len(nodes)), pointer(found))
    return found.view(np.bool_)


def by_number(numbers: NDArray[np.uint16], least: int = 0) -> tuple[Ints, Ints]:
    """Give all places by their numbers, those of one number in order, and where those of each number (65536) end.

    Places with a number below ``least`` are left out.
    """
    native, n = library(), len(numbers)
    if native is None:
        kept = np.flatnonzero(numbers >= least)
        numbers = numbers[kept]
        return kept[np.argsort(numbers, kind="stable")], np.cumsum(np.bincount(numbers, minlength=1 << 16))
    ends, order, numbers = np.zeros(1 << 16, np.int64), np.empty(n, np.int64), np.ascontiguousarray(numbers)
    sizes = (ctypes.c_int64(n), ctypes.c_int64(least))
    native.strata_by_number(pointer(numbers), *sizes, pointer(ends), pointer(order))
    return order[: int(ends[-1])], ends
