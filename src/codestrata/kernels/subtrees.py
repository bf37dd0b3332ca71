"""Hashes of all subtrees of trees that lie in pre-order."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: Roles of kinds: not a part of the tree (comments, punctuation); content, whose text counts, in syntax alone.
LEFT_OUT, CONTENT = 1, 2
_NAMED = 1
_CHILD, _BYTE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x100000001B3)

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]


def subtrees(
    arena: NDArray[np.uint8],
    kind: NDArray[np.uint16],
    *,
    start: Ints,
    end: Ints,
    parent: Ints,
    after: Ints,
    flags: NDArray[np.uint8],
    names: Hashes,
    roles: NDArray[np.uint8],
) -> tuple[Hashes, Hashes, NDArray[np.int32]]:
    """Hash the subtree of each of n nodes: its shape, its syntax; and count the named nodes in it.

    Nodes are in pre-order, ``parent`` and ``after`` (one past the last descendant) are their indices; bit 0 of
    ``flags`` is set for named ones. ``names`` uint64[65536] stands for a kind, ``roles`` uint8[65536] says what it is.
    A shape is made of kinds alone, syntax of the texts of named leaves too. What is left out is hashed as 0, and
    neither it nor content is counted.
    """
    native, n = library(), len(kind)
    shape, syntax, named = np.zeros(n, np.uint64), np.zeros(n, np.uint64), np.zeros(n, np.int32)
    if native is None:
        _subtrees((arena, kind, start, end, parent, after, flags), names, roles, (shape, syntax, named))
        return shape, syntax, named
    columns = [np.ascontiguousarray(column) for column in (arena, kind, start, end, parent, after, flags)]
    tables = (pointer(np.ascontiguousarray(names)), pointer(np.ascontiguousarray(roles)))
    results = (pointer(shape), pointer(syntax), pointer(named))
    native.strata_subtrees(*map(pointer, columns), ctypes.c_int64(n), *tables, *results)
    return shape, syntax, named


def _mixed(x: Hashes) -> Hashes:
    """Take splitmix64's last steps (Steele, Lea, Flood, 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _texts(arena: NDArray[np.uint8], start: Ints, end: Ints) -> Hashes:
    sizes = end - start
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    powers = _powers(_BYTE, int(sizes.max(initial=0)))
    terms = (arena[np.repeat(start, sizes) + within].astype(np.uint64) + np.uint64(1)) * powers[within]
    sums = np.concatenate([[np.uint64(0)], np.cumsum(terms, dtype=np.uint64)])
    stops = np.cumsum(sizes)
    return _mixed(sums[stops] - sums[stops - sizes] + sizes.astype(np.uint64))


def _powers(base: np.uint64, count: int) -> Hashes:
    return np.concatenate([np.ones(1, np.uint64), np.cumprod(np.full(count, base), dtype=np.uint64)])


def _depths(parent: Ints) -> Ints:
    depth, here = np.zeros(len(parent), np.int64), parent
    while (below := here >= 0).any():
        depth += below
        here = np.where(below, parent[here], -1)
    return depth


def _subtrees(
    columns: tuple[NDArray[np.generic], ...],
    names: Hashes,
    roles: NDArray[np.uint8],
    results: tuple[Hashes, Hashes, NDArray[np.int32]],
) -> None:
    arena, kind, start, end, parent, after, flags = (np.asarray(column) for column in columns)
    shape, syntax, named = results
    role, name, depth = roles[kind], names[kind], _depths(parent)
    has_text = ((role & CONTENT) > 0) | ((after == np.arange(len(kind)) + 1) & ((flags & _NAMED) > 0))
    for level in range(int(depth.max(initial=-1)), -1, -1):
        here = np.flatnonzero(depth == level)
        out = (role[here] & LEFT_OUT) > 0
        for column in results:
            column[here[out]] = 0
        here = here[~out]
        told = here[has_text[here]]
        syntax[told] = _texts(arena, start[told], end[told])
        shape[here], syntax[here] = _mixed(name[here] + shape[here]), _mixed(name[here] + syntax[here])
        named[here] += np.where((role[here] & CONTENT) > 0, 0, flags[here] & _NAMED).astype(np.int32)
        here = here[parent[here] >= 0]
        np.add.at(named, parent[here], named[here])
        _gather(syntax, here, parent)
        _gather(shape, here[(role[here] & CONTENT) == 0], parent)


def _gather(hashes: Hashes, children: Ints, parent: Ints) -> None:
    """Add children (in order) to their parents, each by its place among them."""
    above = parent[children]
    first = np.flatnonzero(np.diff(above, prepend=-1))
    rank = np.arange(len(children)) - np.repeat(first, np.diff(first, append=len(children)))
    terms = hashes[children] * _powers(_CHILD, int(rank.max(initial=0)))[rank]
    np.add.at(hashes, above, terms)
