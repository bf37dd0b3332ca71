"""Nodes: the syntax trees of many files of one grammar as flat arrays: rules ask arrays and never walk a tree."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.flags import ERROR, EXTRA, MISSING, NAMED
from codestrata.analyze.syntax.grammars import Loaded
from codestrata.kernels.before import before, breaks
from codestrata.kernels.family import by_number

__all__ = ["ERROR", "EXTRA", "MISSING", "NAMED", "Nodes"]


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
    _made: dict[str, tuple[NDArray[np.int64], ...]] = dataclasses.field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.kind)

    def of_kind(self, *names: str) -> NDArray[np.int64]:
        """Give the indices of the named nodes of some kinds, in order."""
        known = self.loaded
        numbers = {i for name in names for i in known.numbers.get(name, ()) if known.named[i]}
        return self.of_numbers(*sorted(numbers))

    def of_numbers(self, *numbers: int) -> NDArray[np.int64]:
        """Give the indices of the nodes whose kind has one of some numbers, in order."""
        order, ends = self.by_kind()
        found = [order[ends[i - 1] if i else 0 : ends[i]] for i in numbers]
        return np.sort(np.concatenate(found)) if len(found) > 1 else found[0] if found else order[:0]

    def by_kind(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the nodes in the order of their kinds' numbers, and where each number's end; worked out once."""
        return self._sorted("kind")

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

    def by_field(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the nodes with a field in the order of its number, and where each number's end; worked out once."""
        return self._sorted("field")

    def _sorted(self, column: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if column not in self._made:
            self._made[column] = by_number(getattr(self, column), int(column == "field"))
        order, ends = self._made[column]
        return order, ends

    def breaks(self) -> NDArray[np.int64]:
        """Give the places of all line breaks in the arena; worked out once."""
        if "breaks" not in self._made:
            self._made["breaks"] = (breaks(self.arena),)
        return self._made["breaks"][0]

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
