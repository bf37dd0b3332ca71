"""Finite automata, made of the places of an expression, and texts run through them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: States in which nothing more needs to be read; an automaton begins in the one behind them.
FOUND, LOST, BEGIN = 0, 1, 2
_NO_MEMORY = -2


#: What has to hold where an edge is taken: the numbers of native/nodes/subsets.c.
HOLDS = ("", "^", "$", "b", "B")


def subsets(
    edges: Sequence[Sequence[tuple[str, int]]],
    reads: Sequence[tuple[Sequence[int], int]],
    words: Sequence[bool],
    ends: tuple[int, int],
    *,
    anchored: bool,
    most: int,
) -> NDArray[np.uint16] | None:
    """Make the automaton of an expression from its places; None where it has more than ``most`` states.

    Of each place: ``edges`` to others, with what has to hold; ``reads``: the classes of bytes that it reads, and where
    it goes then, -1 where it reads none. ``words``: of each class, whether its bytes are of words; ``ends``: first and
    last place. Gives uint16[states, classes + 1]: where each goes with each class, and at the end. There have to be
    compiled kernels; analyze/rules/automata.py defines what they do.
    """
    native = library()
    assert native is not None  # noqa: S101 -- the caller has asked
    sizes = np.array([len(edges), len(words), *ends, most], np.int64)
    flat = [edge for place in edges for edge in place]
    what, to = ([HOLDS.index(one) for one, _ in flat], [one for _, one in flat])
    read = [number for numbers, _ in reads for number in numbers]
    tables = [_begins(edges), what, to, _begins([numbers for numbers, _ in reads]), read, [one for _, one in reads]]
    arrays = [np.array([*table, 0], np.int32) for table in tables]
    told, steps = np.array(words, np.uint8), np.empty((most, len(words) + 1), np.uint16)
    native.strata_subsets.restype = ctypes.c_int64
    count = native.strata_subsets(pointer(sizes), *map(pointer, arrays), pointer(told), int(anchored), pointer(steps))
    if count == _NO_MEMORY:
        raise MemoryError
    return steps[:count] if count >= 0 else None


def _begins(rows: Sequence[Sequence[object]]) -> list[int]:
    return [0, *accumulate(map(len, rows))]


class Struct(ctypes.Structure):
    """An automaton as kernels take it."""

    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in ("steps", "classes", "ends")),
        *((name, ctypes.c_int64) for name in ("width", "backwards")),
    ]


@dataclass(frozen=True, eq=False)
class Automaton:
    """``steps``: uint16[s, w], from a state with a byte of a class to a state; ``classes``: uint8[256], of bytes;
    ``ends``: bool[s], whether it is found when the text ends in a state: true of FOUND, false of LOST.
    ``backwards``: it reads texts from their ends, where an expression is about what they end with, so that most are
    decided by a few bytes.
    """  # noqa: D205 -- one sentence

    steps: NDArray[np.uint16]
    classes: NDArray[np.uint8]
    ends: NDArray[np.bool_]
    backwards: bool

    @cached_property
    def struct(self) -> Struct:
        """What kernels read; valid as long as this is kept."""
        tables: list[NDArray[Any]] = [self.steps, self.classes, self.ends]
        return Struct(*map(pointer, tables), self.steps.shape[1], int(self.backwards))

    def accepted(
        self, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], some: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Say of each text ``arena[starts[k]:stops[k]]``, k of some, whether something is found in it.

        A text that is not within the arena is empty.
        """
        native, found = library(), np.zeros(len(some), np.uint8)
        if native is None:
            self._accepted(arena, starts[some], stops[some], found)
        else:
            some = np.ascontiguousarray(some)
            texts = (pointer(arena), ctypes.c_int64(len(arena)), pointer(starts), pointer(stops))
            which = (pointer(some), ctypes.c_int64(len(some)))
            native.strata_automaton(ctypes.byref(self.struct), *texts, *which, pointer(found))
        return found.view(np.bool_)

    def _accepted(
        self, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], found: NDArray[np.uint8]
    ) -> None:
        """Run all texts at once, byte by byte, those that are not decided."""
        within = (starts >= 0) & (stops <= len(arena))
        states = np.full(len(starts), BEGIN, np.uint16)
        left, at = np.flatnonzero(within & (starts < stops)), stops - 1 if self.backwards else starts.copy()
        last, step = (starts, -1) if self.backwards else (stops - 1, 1)
        while len(left):
            states[left] = self.steps[states[left], self.classes[arena[at[left]]]]
            left = left[(states[left] > LOST) & (at[left] != last[left])]
            at[left] += step
        found[:] = self.ends[states]
