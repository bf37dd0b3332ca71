"""How nodes are used where they stand: called, compared, assigned to; and what nodes know by their fields."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library
from codestrata.kernels.nodes.family import first_counted, first_known
from codestrata.kernels.nodes.laid import Laid
from codestrata.kernels.numbers import member

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
#: What kinds are: an access to a part of an object; a call; an assignment; a list, and one that may be assigned to; an
#: item of a collection; what negates when "!" stands in front of it, and what always does.
ROLES = {
    "access": 1,
    "call": 2,
    "assigns": 4,
    "list": 8,
    "pair": 16,
    "item": 32,
    "negates": 64,
    "not": 128,
}
#: What becomes of a node: something is called on it; it is called; it is compared with nothing, or negated; it is
#: assigned to; an item of it is.
USES = {"called": 1, "calls": 2, "nulled": 4, "given": 8, "filled": 16}


class Fields(NamedTuple):
    """Numbers of fields, 0 where there is none.

    Of the object of an access, of its name, of what a call calls (without: the call itself has object and name), and of
    what is assigned to.
    """

    object: int
    name: int
    called: int
    left: int


def uses(
    laid: Laid, nodes: Ints, roles: NDArray[np.uint8], fields: Fields, null: Ints
) -> tuple[NDArray[np.uint8], Ints]:
    """Say how each of n nodes is used (:data:`USES`), and give the name that is called on it, or -1.

    ``roles``: uint8[65536], what each kind is (:data:`ROLES`); ``null``: nodes that have something in them that is
    nothing, rising. No node is -1.
    """
    native, found, names = library(), np.empty(len(nodes), np.uint8), np.empty(len(nodes), np.int64)
    if native is None:
        return _Twin(laid, roles, fields).uses(nodes, null)
    nodes, null, numbers = np.ascontiguousarray(nodes), np.ascontiguousarray(null), np.array(fields, np.int32)
    asked = (passed(roles), passed(nodes), ctypes.c_int64(len(nodes)), passed(numbers))
    results = (passed(found), passed(names))
    native.strata_uses(laid.ref, *asked, passed(null), ctypes.c_int64(len(null)), *results)
    return found, names


def mine(laid: Laid, nodes: Ints, object_: int, kinds: Bools, text: bytes = b"", names: Ints | None = None) -> Ints:
    """Find which of n nodes know, by a field's number, a node of some kinds that reads so (or anyhow): their places.

    ``kinds``: bool[65536]; ``names``: nodes, each reads as that of its place has to (-1: none does). No node is -1.
    """
    native, place = library(), np.empty(len(nodes), np.int64)
    if native is None:
        kind, field, after = (laid.columns[name] for name in ("kind", "field", "after"))
        inner = first_known(field, after, nodes, object_)
        wanted = [text] * len(nodes) if names is None else _texts(laid, names)
        pairs = zip(_texts(laid, inner), wanted, strict=True)
        reads = np.array([read == to or (not to and names is None) for read, to in pairs], np.bool_)
        known = inner >= 0 if names is None else (inner >= 0) & (names >= 0)
        return np.flatnonzero(known & kinds[kind[inner]] & reads)
    nodes = np.ascontiguousarray(nodes)
    others = None if names is None else passed(names := np.ascontiguousarray(names))
    asked = (passed(nodes), others, ctypes.c_int64(len(nodes)), ctypes.c_int32(object_), passed(kinds))
    native.strata_mine.restype = ctypes.c_int64
    return place[: native.strata_mine(laid.ref, *asked, text, ctypes.c_int64(len(text)), passed(place))]


def _texts(laid: Laid, nodes: Ints) -> list[bytes]:
    raw, start, end = (laid.columns[name] for name in ("arena", "start", "end"))
    return [raw[a:b].tobytes() for a, b in zip(start[nodes].tolist(), end[nodes].tolist(), strict=True)]


def below(laid: Laid, nodes: Ints, number: int = 0) -> tuple[Ints, Ints]:
    """Give the children of n nodes, node by node, and the place of the node that each is a child of; -1 has none.

    Those that count, or those with a name that are known by a field of some number.
    """
    native = library()
    if native is None:
        field, flags, after, counted = (laid.columns[name] for name in ("field", "flags", "after", "counted"))
        rows = [
            (child, i)
            for i, node in enumerate(nodes.tolist())
            for child in _children(after, node)
            if (field[child] == number and flags[child] & 1 if number else counted[child])
        ]
        return np.array([child for child, _ in rows], np.int64), np.array([i for _, i in rows], np.int64)
    nodes = np.ascontiguousarray(nodes)
    asked = (laid.ref, passed(nodes), ctypes.c_int64(len(nodes)), ctypes.c_int32(number))
    native.strata_below.restype = ctypes.c_int64
    found, whose = np.empty((2, native.strata_below(*asked, None, None)), np.int64)
    native.strata_below(*asked, passed(found), passed(whose))
    return found, whose


def _children(after: Ints, node: int) -> Iterator[int]:
    child, end = node + 1, int(after[node]) if node >= 0 else 0
    while child < end:
        yield child
        child = int(after[child])


class _Twin:
    def __init__(self, laid: Laid, roles: NDArray[np.uint8], fields: Fields) -> None:
        self.columns, self.roles, self.fields = laid.columns, roles, fields

    def uses(self, nodes: Ints, null: Ints) -> tuple[NDArray[np.uint8], Ints]:
        over = self._above(nodes)
        beyond, (object_, name, called, left) = self._above(over), self.fields
        found = np.zeros(len(nodes), np.uint8)
        calls = self._known(nodes, "call", called)
        if not called:
            on = self._known(nodes, "call", object_)
        else:
            on = self._known(nodes, "access", object_) & self._known(over, "call", called)
        arena, start = self.columns["arena"], self.columns["start"][over]
        marked = (arena[np.minimum(start, len(arena) - 1)] == ord("!")) & (start < self.columns["end"][over])
        nulled = (over >= 0) & member(over, null) | self._is(over, "not") | (self._is(over, "negates") & marked)
        given = self._known(np.where(self._is(over, "pair"), over, nodes), "assigns", left)
        inside = self._is(over, "item") & (first_counted(self.columns["counted"], self.columns["after"], over) == nodes)
        filled = inside & self._known(np.where(self._is(beyond, "list"), beyond, over), "assigns", left)
        for use, fits in (("called", on), ("calls", calls), ("nulled", nulled), ("given", given), ("filled", filled)):
            found |= np.where(fits, USES[use], 0).astype(np.uint8)
        return found, np.where(on, self._child(over, name), -1)

    def _above(self, nodes: Ints) -> Ints:
        return np.where(nodes >= 0, self.columns["parent"][nodes], -1)

    def _is(self, nodes: Ints, role: str) -> Bools:
        return np.asarray((nodes >= 0) & (self.roles[self.columns["kind"][nodes]] & ROLES[role] > 0), np.bool_)

    def _child(self, nodes: Ints, field: int) -> Ints:
        if not field:
            return np.full(len(nodes), -1, np.int64)
        return first_known(self.columns["field"], self.columns["after"], nodes, field)

    def _known(self, nodes: Ints, role: str, field: int) -> Bools:
        """Say which nodes are the first that their parents, of some role, know by a field."""
        over = self._above(nodes)
        return np.asarray((nodes >= 0) & self._is(over, role) & (self._child(over, field) == nodes), np.bool_)
