"""Nodes: the syntax trees of many files of one grammar as flat arrays: rules ask arrays and never walk a tree."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.flags import ERROR, EXTRA, MISSING, NAMED
from codestrata.analyze.syntax.grammars import Loaded, load
from codestrata.kernels.before import before, breaks
from codestrata.kernels.nodes.kinds import counts, ordered, places

__all__ = ["ERROR", "EXTRA", "MISSING", "NAMED", "Nodes"]
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Nodes:
    """n nodes of f files in pre-order, file after file. What is visible to tree-sitter's API is here, and nothing else.

    ``arena`` has the files' bytes end to end, file i in ``offsets[i]:offsets[i + 1]`` (int64[f + 1]); its nodes are
    ``first[i]:first[i + 1]`` (int64[f + 1]), none for a file that was cut. Per node: ``kind`` uint16 (number in
    ``loaded.kinds``, 65535 for ERROR), ``field`` uint16 (number in ``loaded.fields`` that its parent knows it by, 0 for
    none), ``start`` and ``end`` int64 (bytes, into the arena), ``parent`` int64 (index, -1 for a root), ``after`` int64
    (index one past its last descendant, so its subtree is ``i:after[i]`` and its next sibling, if any, ``after[i]``),
    ``flags`` uint8 (named, extra, missing, error). Source of the terms: tree-sitter, "Using Parsers".
    """

    loaded: Loaded
    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    first: NDArray[np.int64]
    kind: NDArray[np.uint16]
    field: NDArray[np.uint16]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    parent: NDArray[np.int64]
    after: NDArray[np.int64]
    flags: NDArray[np.uint8]
    _made: dict[str, Any] = dataclasses.field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.kind)

    def of_kind(self, *names: str) -> NDArray[np.int64]:
        """Give the indices of the named nodes of some kinds, in order."""
        return self.of_numbers(*_numbers(self.loaded.grammar.name, names, named=True))

    def of_words(self, *names: str) -> NDArray[np.int64]:
        """Give the indices of the nodes without a name that are some words, in order."""
        return self.of_numbers(*_numbers(self.loaded.grammar.name, names, named=False))

    def of_numbers(self, *numbers: int) -> NDArray[np.int64]:
        """Give the indices of the nodes whose kind has one of some numbers, in order."""
        found = [self._of_number(number) for number in numbers]
        if len(found) > 1:
            every = np.concatenate(found)
            every.sort()
            return every
        return found[0] if found else np.zeros(0, np.int64)

    def has(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each of some numbers of kinds whether there is a node of it."""
        return self._counts()[np.minimum(numbers, len(self.loaded.kinds))] > 0

    def count(self, numbers: NDArray[np.integer[Any]]) -> int:
        """Count the nodes whose kind has one of some numbers."""
        return int(self._counts()[np.minimum(numbers, len(self.loaded.kinds))].sum())

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Give what somebody makes of the nodes; made when it is first asked for."""
        if what not in self._made:
            self._made[what] = make()
        found: T = self._made[what]
        return found

    def _counts(self) -> NDArray[np.int64]:
        return self.once("counts", lambda: counts(self.kind, len(self.loaded.kinds)))

    def _of_number(self, number: int) -> NDArray[np.int64]:
        order, ends, laid = self.once("order", self._ordered)
        if number < len(laid) and laid[number]:
            return order[ends[number] : ends[number + 1]]
        _asked(self.loaded.grammar.name)[number : number + 1] = True
        return self.once(f"kind {number}", lambda: places(self.kind, number))

    def _ordered(self) -> tuple[NDArray[np.int64], list[int], list[bool]]:
        asked = _asked(self.loaded.grammar.name)
        order, ends = ordered(self.kind, self._counts(), asked)
        return order, [0, *ends.tolist()], asked.tolist()

    def text(self, node: int) -> bytes:
        """Give the bytes of a node."""
        return self.arena[self.start[node] : self.end[node]].tobytes()

    def children(self, node: int) -> list[int]:
        """List the children of a node, in order."""
        found, child, end = [], node + 1, int(self.after[node])
        while child < end:
            found.append(child)
            child = int(self.after[child])
        return found

    def child(self, node: int, field: str) -> int:
        """Give the first child that a node knows by a field's name, or -1."""
        names = self.loaded.fields
        return next((i for i in self.children(node) if names[self.field[i]] == field), -1)

    def of_field(self, number: int) -> NDArray[np.int64]:
        """Give the indices of the nodes that their parents know by a field, in order; each field worked out once."""
        return self.once(f"field {number}", lambda: places(self.field, number))

    def breaks(self) -> NDArray[np.int64]:
        """Give the places of all line breaks in the arena; worked out once."""
        return self.once("breaks", lambda: breaks(self.arena))

    def files(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the file of each of some nodes."""
        return before(self.first, nodes + 1) - 1

    def lines(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the first and last line of each of some nodes, from 1 in their file, as editors count them."""
        breaks = self.breaks()
        base = before(breaks, self.offsets)[self.files(nodes)]
        first = before(breaks, self.start[nodes]) - base + 1
        last = before(breaks, np.maximum(self.end[nodes] - 1, self.start[nodes])) - base + 1
        return first, last


@cache
def _asked(grammar: str) -> NDArray[np.bool_]:
    """Which kinds anybody has asked for, by number: batches lay their nodes out at once, and look others up.

    Most nodes are punctuation, which nobody asks for.
    """
    return np.zeros(len(load(grammar).kinds) + 1, np.bool_)


@lru_cache(maxsize=4096)
def _numbers(grammar: str, names: tuple[str, ...], *, named: bool) -> tuple[int, ...]:
    """Give the numbers of kinds, of those with a name or of the others, rising."""
    known = load(grammar)
    return tuple(sorted({i for name in names for i in known.numbers.get(name, ()) if known.named[i] == named}))
