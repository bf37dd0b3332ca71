"""Hashes of all subtrees of trees that lie in pre-order."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library
from codestrata.kernels.nodes.laid import Laid

#: Roles of kinds: not a part of the tree (comments, punctuation); content, whose text counts, in syntax alone; a whole,
#: which is told of without being asked about.
LEFT_OUT, CONTENT, WHOLE = 1, 2, 4
_NAMED = 1
_CHILD, _BYTE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x100000001B3)

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Counts = NDArray[np.int32]


class Subtrees(NamedTuple):
    """Some nodes, rising, with the shape and the syntax of their subtrees, and how many named nodes are in these."""

    node: Ints
    shape: Hashes
    syntax: Hashes
    named: Counts


class Wholes(NamedTuple):
    """Wholes, rising, with the shape of their subtrees, and how many named nodes are in these."""

    node: Ints
    shape: Hashes
    named: Counts


def subtrees(
    laid: Laid, names: Hashes, roles: NDArray[np.uint8], asked: Ints, sizes: tuple[int, int], room: int
) -> tuple[Subtrees, Wholes]:
    """Hash the subtrees of nodes: of those that are asked about, and of wholes that have few to most named nodes.

    ``names`` uint64[65536] stands for a kind, ``roles`` uint8[65536] says what it is. A shape is made of kinds alone,
    syntax of the texts of named leaves too. What is left out is hashed as 0, and neither it nor content is counted.
    ``asked`` rises; there are at most ``room`` wholes. Raises MemoryError.
    """
    native = library()
    if native is None:
        return _subtrees(laid, names, roles, asked, sizes)
    told = Subtrees(np.ascontiguousarray(asked), *_empty(len(asked), np.uint64, np.uint64, np.int32))
    found = Wholes(*_empty(room, np.int64, np.uint64, np.int32))
    native.strata_subtrees.restype = ctypes.c_int64
    first = native.strata_subtrees(
        laid.ref, _packed(names, roles), _packed(*told, len(asked)), _packed(*found, room, *sizes)
    )
    if first < 0:
        raise MemoryError
    return told, Wholes(found.node[first:], found.shape[first:], found.named[first:])


def _empty(count: int, *kinds: type[np.generic]) -> tuple[NDArray[Any], ...]:
    return tuple(np.empty(count, kind) for kind in kinds)


def _packed(*fields: NDArray[Any] | int) -> Any:
    """Write a structure of addresses and 64-bit numbers down."""
    return (ctypes.c_int64 * len(fields))(*(one if isinstance(one, int) else pointer(one).value or 0 for one in fields))


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
    laid: Laid, names: Hashes, roles: NDArray[np.uint8], asked: Ints, sizes: tuple[int, int]
) -> tuple[Subtrees, Wholes]:
    kind = laid.columns["kind"]
    role = roles[kind]
    shape, syntax, named = _every(laid, names[kind], role)
    few, most = sizes
    wholes = np.flatnonzero(((role & WHOLE) > 0) & ((role & LEFT_OUT) == 0) & (named >= few) & (named <= most))
    return Subtrees(asked, shape[asked], syntax[asked], named[asked]), Wholes(wholes, shape[wholes], named[wholes])


def _every(laid: Laid, name: Hashes, role: NDArray[np.uint8]) -> tuple[Hashes, Hashes, Counts]:
    """Hash the subtrees of all nodes, those furthest down first."""
    arena, start, end, parent, flags = (laid.columns[name] for name in ("arena", "start", "end", "parent", "flags"))
    n, depth = laid.count, _depths(parent)
    shape, syntax, named = np.zeros(n, np.uint64), np.zeros(n, np.uint64), np.zeros(n, np.int32)
    leaf = np.bincount(parent[parent >= 0], minlength=n) == 0
    has_text = ((role & CONTENT) > 0) | (leaf & ((flags & _NAMED) > 0))
    for level in range(int(depth.max(initial=-1)), -1, -1):
        here = np.flatnonzero(depth == level)
        out = (role[here] & LEFT_OUT) > 0
        for column in (shape, syntax, named):
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
    return shape, syntax, named


def _gather(hashes: Hashes, children: Ints, parent: Ints) -> None:
    """Add children (in order) to their parents, each by its place among them."""
    above = parent[children]
    first = np.flatnonzero(np.diff(above, prepend=-1))
    rank = np.arange(len(children)) - np.repeat(first, np.diff(first, append=len(children)))
    terms = hashes[children] * _powers(_CHILD, int(rank.max(initial=0)))[rank]
    np.add.at(hashes, above, terms)
