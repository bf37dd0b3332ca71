"""Rules asked of nodes of trees one by one. What they mean is defined by analyze/rules/plain.py."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.automata import Automaton
from codestrata.kernels.automata import Struct as Searched
from codestrata.kernels.library import library
from codestrata.kernels.nodes.snippets import Program, Trees
from codestrata.kernels.nodes.snippets import Struct as Looked

#: What a question may be; the same numbers stand in native/nodes/asking.c.
KIND, REGEX, SNIPPET, ALL, ANY, NOT, NTH, INSIDE, HAS, PRECEDES, FOLLOWS = range(11)
#: How far a relation looks.
NEIGHBOR, TO_END, UNTIL = range(3)
#: Steps that may be taken for each node asked about, and for each node there is.
_EACH, _ALL = 64, 2


class _Struct(ctypes.Structure):
    _fields_: ClassVar = [(name, ctypes.c_void_p) for name in ("rows", "kinds", "automata", "snippets")]


@dataclass(frozen=True, eq=False)
class Questions:
    """A rule in pre-order. ``rows``: what each part is, the row behind all that is in it, and three columns more.

    KIND: where its kinds begin in ``kinds`` and how many they are; REGEX: the number of an automaton; SNIPPET: that of
    a snippet, the kind that its root must have or -1, and how many names it has; NTH: step, offset and whether it
    counts from the end, with what counts in it; relations: how far they look and the field, with what is looked for
    and what stops that in them.
    """

    rows: Sequence[tuple[int, int, int, int, int]]
    kinds: Sequence[int]
    automata: Sequence[Automaton]
    snippets: Sequence[Program]

    @cached_property
    def _arrays(self) -> list[NDArray[Any]]:
        return [np.array(self.rows, np.int32).reshape(-1, 5), np.array(self.kinds, np.uint16)]

    @cached_property
    def _structs(self) -> tuple[ctypes.Array[Searched], ctypes.Array[Looked]]:
        searched = (Searched * len(self.automata))(*(one.struct for one in self.automata))
        looked = (Looked * len(self.snippets))(*(one.struct[0] for one in self.snippets))
        return searched, looked

    @cached_property
    def table(self) -> _Struct:
        """What the kernel reads; valid as long as this is kept."""
        places = (ctypes.c_void_p(ctypes.addressof(one)) for one in self._structs)
        return _Struct(*map(pointer, self._arrays), *places)


def ask(rules: Sequence[Questions], nodes: Sequence[NDArray[np.int64]], trees: Trees) -> list[NDArray[np.bool_] | None]:
    """Say for each rule of each of some nodes whether it matches; None where that takes too long, as in wide trees.

    There have to be compiled kernels.
    """
    native = library()
    assert native is not None  # noqa: S101 -- the caller has asked
    bounds = np.array([0, *accumulate(map(len, nodes))], np.int64)
    flat, found = np.concatenate([np.zeros(0, np.int64), *nodes]), np.zeros(int(bounds[-1]), np.bool_)
    done = np.zeros(len(rules), np.bool_)
    tables = (ctypes.c_void_p * len(rules))(*(ctypes.addressof(rule.table) for rule in rules))
    asked = (tables, ctypes.c_int64(len(rules)), ctypes.byref(trees.struct), pointer(flat), pointer(bounds))
    limits = (ctypes.c_int64(_EACH), ctypes.c_int64(_ALL * len(trees.arrays[1])))
    native.strata_ask(*asked, *limits, pointer(found), pointer(done))
    pieces = zip(pairwise(bounds.tolist()), done.tolist(), strict=True)
    return [found[a:b] if sound else None for (a, b), sound in pieces]
