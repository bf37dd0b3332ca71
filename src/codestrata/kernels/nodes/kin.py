"""Children and ancestors of some nodes that are of some kinds, in trees that lie in pre-order."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Kinds = NDArray[np.uint16]

#: Nodes that there is room for at first: so many for each that is asked about, and so many.
_EACH, _SOME = 4, 64


def children(kind: Kinds, after: Ints, nodes: Ints, kinds: Kinds) -> Ints:
    """Give the children of nodes that are of some kinds, rising; ``after``: one past each node's last descendant."""
    native = library()
    if native is not None:
        return np.sort(_found(native.strata_children, kind, after, nodes, kinds))
    found = []
    for node in nodes.tolist():
        child = node + 1
        while child < after[node]:
            found.append(child)
            child = int(after[child])
    below = np.array(sorted(found), np.int64)
    return below[np.isin(kind[below], kinds)]


def ancestors(kind: Kinds, parent: Ints, nodes: Ints, kinds: Kinds) -> Ints:
    """Give all that nodes, which rise, are in and that is of some kinds, rising, none twice."""
    native = library()
    if native is not None:
        return np.sort(_found(native.strata_ancestors, kind, parent, nodes, kinds))
    found: set[int] = set()
    for node in nodes.tolist():
        while (node := int(parent[node])) >= 0:
            found.add(node)
    above = np.array(sorted(found), np.int64)
    return above[np.isin(kind[above], kinds)]


def _found(search: Callable[..., int], kind: Kinds, column: Ints, nodes: Ints, kinds: Kinds) -> Ints:
    search.restype = ctypes.c_int64  # type: ignore[attr-defined]
    kind, column, nodes, kinds = map(np.ascontiguousarray, (kind, column, nodes, kinds))
    told = (pointer(nodes), ctypes.c_int64(len(nodes)), pointer(kinds), ctypes.c_int64(len(kinds)))
    room = _EACH * len(nodes) + _SOME
    while True:
        out = np.empty(room, np.int64)
        count = search(pointer(kind), pointer(column), *told, pointer(out), ctypes.c_int64(room))
        if count <= room:
            return out[:count]
        room = count
