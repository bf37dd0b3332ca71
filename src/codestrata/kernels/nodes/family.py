"""Siblings of nodes, and how many children count, in trees that lie in pre-order."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library
from codestrata.kernels.numbers import numbered

Ints = NDArray[np.int64]

#: Children of a node that are looked at as often as it is asked about, and what the kernel says of one with more.
_FEW, _GAVE_UP = 16, -2


def previous(parent: Ints, nodes: Ints) -> Ints:
    """Give the sibling before each of some nodes, or -1: roots have none, nor has node -1.

    What is asked of a place one behind all nodes is -1, too.
    """
    native, n = library(), len(parent)
    if native is None:
        inner = (nodes > 0) & (nodes < n)
        above = np.where(inner, parent[np.where(inner, nodes, 0)], -1) if n else nodes
        here = np.where((above >= 0) & (above != nodes - 1), nodes - 1, -1)
        while (on := (here >= 0) & (parent[here] != above)).any():
            here = np.where(on, parent[here], here)
        return here
    parent, nodes = np.ascontiguousarray(parent), np.ascontiguousarray(nodes, np.int64)
    found, sizes = np.empty(len(nodes), np.int64), (ctypes.c_int64(n), ctypes.c_int64(len(nodes)))
    native.strata_previous(passed(parent), sizes[0], passed(nodes), sizes[1], passed(found))
    return found


def parts(counted: NDArray[np.bool_], after: Ints, nodes: Ints) -> Ints:
    """Say how many children of each of some nodes are counted; node -1 has none."""
    native = library()
    if native is None:
        here, stop = nodes + 1, np.where(nodes >= 0, after[nodes], -1) if len(after) else nodes
        found = np.zeros(len(nodes), np.int64)
        while (on := np.flatnonzero(here < stop)).size:
            found[on] += counted[here[on]]
            here[on] = after[here[on]]
        return found
    counted, after = np.ascontiguousarray(counted), np.ascontiguousarray(after)
    nodes, found = np.ascontiguousarray(nodes, np.int64), np.empty(len(nodes), np.int64)
    native.strata_parts(passed(counted), passed(after), passed(nodes), ctypes.c_int64(len(nodes)), passed(found))
    return found


def first_known(field: NDArray[np.uint16], after: Ints, nodes: Ints, number: int) -> Ints:
    """Give the first child that each of some nodes knows by a field's number, or -1; node -1 has none."""
    native = library()
    if native is None:
        return np.array([_first_known(field, after, node, number) for node in nodes.tolist()], np.int64)
    field, after = np.ascontiguousarray(field), np.ascontiguousarray(after)

    def search(some: Ints, most: int) -> Ints:
        some, found = np.ascontiguousarray(some, np.int64), np.empty(len(some), np.int64)
        asked = (passed(some), ctypes.c_int64(len(some)), ctypes.c_int64(number), ctypes.c_int64(most))
        native.strata_child(passed(field), passed(after), *asked, passed(found))
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
    native.strata_first_counted(passed(counted), passed(after), passed(nodes), count, passed(found))
    return found


def all_of(
    kind: NDArray[np.uint16], flags: NDArray[np.uint8], after: Ints, table: NDArray[np.bool_], nodes: Ints
) -> NDArray[np.bool_]:
    """Say which of some nodes are, with all named nodes (bit 0 of ``flags``) below them, of kinds in a table.

    ``table``: bool[65536], by kind; -1 is not. ``native/nodes/calls.c`` asks it of each callee; this is its twin.
    """
    others = np.concatenate(([0], np.cumsum((flags & 1).astype(np.bool_) & ~table[kind])))
    return np.asarray((nodes >= 0) & (others[nodes] == others[after[nodes]]), np.bool_)
