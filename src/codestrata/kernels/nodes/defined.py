"""What a file defines, read by compiled kernels; analyze/syntax/outline/candidates.py says what that is."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed, pointer
from codestrata.kernels.library import library
from codestrata.kernels.nodes.laid import Laid

Ints = NDArray[np.int64]
#: Offsets and bytes of texts.
Texts = tuple[Ints, NDArray[np.uint8]]
#: What kinds are around names and definitions; the same numbers stand in native/nodes/defined.c.
DECLARATOR, PARENTHESES, FUNCTION, WRAPPER = 1, 2, 4, 8

#: Where a rule says that it is of whole nodes.
_WHOLE = 16

_FOUND = ("node", "outer", "name", "body", "parameters", "parent", "row")


class Found(NamedTuple):
    """Definitions, in the order of their nodes: the node with what wraps it, those of its name, body and parameters (-1
    for none), the row that its parent has, or -1, int64 all, and the number of its rule, uint8.
    """  # noqa: D205 -- one sentence

    node: Ints
    outer: Ints
    name: Ints
    body: Ints
    parameters: Ints
    parent: Ints
    row: NDArray[np.uint8]

    def less(self, off: NDArray[np.bool_]) -> Found:
        """Leave some out, which nothing is in."""
        kept = np.flatnonzero(~off)
        place = np.full(len(off) + 1, -1, np.int64)
        place[kept] = np.arange(len(kept))
        node, outer, name, body, parameters, parent, row = self
        parent = place[parent[kept]]
        return Found(node[kept], outer[kept], name[kept], body[kept], parameters[kept], parent, row[kept])


class _Rules(ctypes.Structure):
    _fields_: ClassVar = [
        ("rules", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("node", "value", "each", "around")),
        ("declarator", ctypes.c_int64),
        ("wholes", ctypes.c_uint32),
    ]


class _Found(ctypes.Structure):
    _fields_: ClassVar = [(name, ctypes.c_void_p) for name in _FOUND]


@dataclass(frozen=True, eq=False)
class Rules:
    """Ways to define something in a grammar, 31 at most, in numbers of its kinds and fields.

    ``rules``: int32[m, 23]; four ways of four fields each, to what is needed, to the name, the body and the parameters
    (two ways that may be gone; 0 is no field, -1 one that the grammar has not), and yes or no: are they of whole nodes,
    of values of some kinds, do they go on into declarators for the name, and around it for the parameters, is it a name
    for a value, a function, one only with parameters. ``node``, ``value``: uint32[65536], by kind, the rules of such
    nodes (for parts: of their parents) and such values, a bit each; ``each``: uint32, by field, those of such parts;
    ``around``: uint8[65536], by kind; ``declarator``: the field that leads on. ``asked``: kinds and fields of all that
    is looked at; ``unnamed``: kinds of functions without a name.
    """

    rules: NDArray[np.int32]
    node: NDArray[np.uint32]
    value: NDArray[np.uint32]
    each: NDArray[np.uint32]
    around: NDArray[np.uint8]
    declarator: int
    asked: tuple[tuple[int, ...], tuple[str, ...]]
    unnamed: tuple[int, ...]

    @cached_property
    def ref(self) -> Any:
        """What the kernel reads."""
        tables = (pointer(self.node), pointer(self.value), pointer(self.each), pointer(self.around))
        wholes = sum(1 << number for number, rule in enumerate(self.rules) if rule[_WHOLE])
        return ctypes.byref(_Rules(pointer(self.rules), len(self.rules), *tables, self.declarator, wholes))

    @cached_property
    def most(self) -> int:
        """How many definitions a node can be at most."""
        return 1 + max(int(bits).bit_count() for bits in self.each)


def defined(native: ctypes.CDLL, laid: Laid, rules: Rules, nodes: Ints, unnamed: Ints) -> Found:
    """Find what some nodes, which rise, define; ``unnamed``: functions without a name, which rise, too."""
    n = len(nodes)
    most = n * rules.most
    columns, row, room = np.empty((6, most), np.int64), np.empty(most, np.uint8), np.empty(3 * most, np.int64)
    nodes, unnamed, alone = np.ascontiguousarray(nodes), np.ascontiguousarray(unnamed), np.zeros(laid.count, np.uint8)
    found = _Found(*map(pointer, columns), pointer(row))
    asked = (passed(nodes), ctypes.c_int64(n), passed(unnamed), ctypes.c_int64(len(unnamed)))
    native.strata_defined.restype = ctypes.c_int64
    count = native.strata_defined(laid.ref, rules.ref, *asked, passed(alone), passed(room), ctypes.byref(found))
    node, outer, name, body, parameters, parent = columns[:, :count]
    return Found(node, outer, name, body, parameters, parent, row[:count])


def owners(parent: Ints, names: Texts, given: Texts) -> Texts:
    """Give what n definitions are in: the path of its parent, which comes before it, and what its own name says.

    A path is an owner, if there is one, a dot, and a name.
    """
    native, n = library(), len(parent)
    if native is None:
        return _owners(parent, names, given)
    offsets, parent = np.empty(n + 1, np.int64), np.ascontiguousarray(parent)
    texts = (passed(names[0]), passed(names[1]), passed(given[0]), passed(given[1]))
    asked = (passed(parent), ctypes.c_int64(n), *texts, passed(offsets))
    native.strata_owners(*asked, None)
    data = np.empty(offsets[-1], np.uint8)
    native.strata_owners(*asked, passed(data))
    return offsets, data


def paths(native: ctypes.CDLL, rows: Ints, owned: Texts, named: Texts) -> Texts:
    """Give the paths of n definitions by number, out of all owners and names; that of -1 is empty."""
    rows, n = np.ascontiguousarray(rows), len(rows)
    offsets = np.empty(n + 1, np.int64)
    texts = (passed(owned[0]), passed(owned[1]), passed(named[0]), passed(named[1]))
    asked = (passed(rows), ctypes.c_int64(n), *texts, passed(offsets))
    native.strata_paths(*asked, None)
    data = np.empty(offsets[-1], np.uint8)
    native.strata_paths(*asked, passed(data))
    return offsets, data


def _owners(parent: Ints, names: Texts, given: Texts) -> Texts:
    def rows(texts: Texts) -> list[bytes]:
        offsets, whole = texts[0].tolist(), texts[1].tobytes()
        return [whole[a:b] for a, b in itertools.pairwise(offsets)]

    name = rows(names)
    found: list[bytes] = []
    for above, own in zip(parent.tolist(), rows(given), strict=True):
        path = (found[above] + b"." if found[above] else b"") + name[above] if above >= 0 else b""
        found.append(b".".join((path, own)) if path and own else path or own)
    offsets = np.concatenate(([0], np.cumsum([len(owner) for owner in found]))).astype(np.int64)
    return offsets, np.frombuffer(b"".join(found), np.uint8)
