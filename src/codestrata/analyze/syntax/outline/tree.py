"""Tree: nodes with what many questions need, worked out once: siblings, fields, what is around."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.nodes import ERROR, EXTRA, MISSING, NAMED, Nodes
from codestrata.analyze.syntax.outline.written import LONGEST, Bools, Ints, Written
from codestrata.kernels.nodes.family import first_counted, first_known, parts, previous
from codestrata.kernels.nodes.holders import holders
from codestrata.kernels.nodes.laid import Laid

__all__ = ["COMMENTS", "LONGEST", "Bools", "Ints", "Tree", "among"]

#: Kinds of comments in all grammars.
COMMENTS = ("comment", "line_comment", "block_comment", "html_comment")
_ERROR = 0xFFFF


class Tree(Written):
    """Nodes, and what is asked of them again and again. Indices are int64; -1 is no node and may be asked about."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__(nodes)
        self.kind, self.field, self.parent = nodes.kind, nodes.field, nodes.parent
        self.after, self.flags = nodes.after, nodes.flags

    def among(self, kinds: Iterable[str], *, named: bool = True) -> Bools:
        """Give a table: is a kind's number one of these names (of named nodes, or of any)."""
        return among(self.nodes.loaded.grammar.name, tuple(kinds), named)

    def knows(self, kind: str) -> bool:
        """Say whether the grammar has a kind."""
        return kind in self.nodes.loaded.numbers

    def of(self, *kinds: str) -> Ints:
        """Give the named nodes of some kinds, in order."""
        return self.nodes.of_kind(*kinds)

    def words(self, *words: str) -> Ints:
        """Give the nodes without a name that are some words, in order."""
        return self.nodes.of_words(*words)

    def is_a(self, nodes: Ints, kinds: Iterable[str]) -> Bools:
        """Say which of some nodes are of one of these kinds; -1 never is."""
        return np.asarray(self.among(kinds)[self.kind[nodes]] & (nodes >= 0))

    def kind_of(self, node: int) -> str:
        """Name the kind of a node; empty for ERROR and for none."""
        number = self._kinds[node]
        return self.nodes.loaded.kinds[number] if node >= 0 and number != _ERROR else ""

    @cached_property
    def _kinds(self) -> memoryview:
        return self.kind.data

    def known_as(self, field: str) -> Ints:
        """Give the nodes that their parents know by a field, in order."""
        number = self.nodes.loaded.field_numbers.get(field)
        if number is None:
            return np.zeros(0, np.int64)
        return self.nodes.of_field(number)

    def child(self, nodes: Ints, field: str) -> Ints:
        """Give the first child that each of some nodes knows by a field, or -1."""
        number = self.nodes.loaded.field_numbers.get(field)
        if number is None:
            return np.full(len(nodes), -1, np.int64)
        return first_known(self.field, self.after, nodes, number)

    def follow(self, nodes: Ints, path: str) -> Ints:
        """Follow fields from some nodes: ``a.b`` one after the other, ``a|b`` the first way that leads somewhere."""
        if path.isidentifier():
            return self.child(nodes, path)
        found = np.full(len(nodes), -1, np.int64)
        for way in path.split("|"):
            here = nodes
            for field in way.split(".") if way else ():
                here = self.child(here, field)
            found = np.where(found < 0, here, found)
        return found

    def above(self, nodes: Ints) -> Ints:
        """Give the parents of some nodes, -1 for roots and for none."""
        return np.where(nodes >= 0, self.parent[nodes], -1)

    @cached_property
    def laid(self) -> Laid:
        """The columns, as kernels take them."""
        nodes = self.nodes
        columns = {name: getattr(nodes, name) for name in ("arena", "kind", "field", "start", "end", "parent", "after")}
        return Laid(**columns, flags=self.flags, counted=self.counted)

    def field_number(self, field: str) -> int:
        """Give the number of a field; 0 where the grammar has none of that name."""
        return self.nodes.loaded.field_numbers.get(field, 0)

    def previous(self, nodes: Ints) -> Ints:
        """Give the sibling before each of some nodes, or -1; a place behind a node asks for what is before it."""
        return previous(self.parent, nodes)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which nodes count as a part of their parent: named, no comment."""
        found: Bools = (self.flags & (NAMED | EXTRA)) == NAMED
        found[self.of(*COMMENTS)] = False
        return found

    def parts(self, nodes: Ints) -> Ints:
        """Say how many parts each of some nodes has; none has 0."""
        return parts(self.counted, self.after, nodes)

    def count(self, nodes: Ints, marks: Ints) -> Ints:
        """Say how many of the marks are children of each of some nodes; none has 0."""
        if not len(marks):
            return np.zeros(len(nodes), np.int64)
        above = np.sort(self.parent[marks])
        return np.searchsorted(above, nodes, side="right") - np.searchsorted(above, np.maximum(nodes, 0))

    def wrong(self, nodes: Ints) -> Bools:
        """Say in which of some nodes the grammar did not fit, or something is missing."""
        marks = np.flatnonzero(self.flags & (ERROR | MISSING))
        return np.asarray(np.searchsorted(marks, nodes) < np.searchsorted(marks, self.after[nodes]), np.bool_)

    def having(self, nodes: Ints, marks: Ints) -> Bools:
        """Say which of some nodes have one of the marks for a child."""
        told = np.zeros(len(self.kind) + 1, np.bool_)
        told[self.parent[marks]] = True
        told[-1] = False
        return told[nodes]

    def first_part(self, nodes: Ints) -> Ints:
        """Give the first part of each of some nodes, or -1: comments and words between are passed over."""
        return first_counted(self.counted, self.after, nodes)

    def holders(self, scopes: Ints, nodes: Ints) -> Ints:
        """Give the innermost of some scopes (nodes, rising) around each of some nodes: its place in scopes, or -1.

        A scope is around itself.
        """
        return holders(scopes, self.after[scopes], nodes)

    def inside(self, starts: Ints, stops: Ints, nodes: Ints) -> Bools:
        """Say which of some nodes lie in one of some stretches of nodes (each nested in or apart from the others)."""
        opened = np.searchsorted(np.sort(starts), nodes, side="right")
        return np.asarray(opened > np.searchsorted(np.sort(stops), nodes, side="right"))

    def below(self, tops: Ints, nodes: Ints) -> Bools:
        """Say which of some nodes are, or are below, one of some others."""
        return self.inside(tops, self.after[tops], nodes)

    @cached_property
    def _reading(self) -> tuple[memoryview, memoryview]:
        return self.after.data, self.counted.view(np.uint8).data

    def parts_of(self, node: int) -> list[int]:
        """List the parts of one node: its named children without comments."""
        after, counted = self._reading
        found, child, end = [], node + 1, after[node]
        while child < end:
            if counted[child]:
                found.append(child)
            child = after[child]
        return found


@lru_cache(maxsize=4096)
def among(grammar: str, kinds: tuple[str, ...], named: bool = True) -> Bools:  # noqa: FBT001, FBT002 - a key of the cache
    """Give a table of a grammar: is a kind's number one of these names (of named nodes, or of any)."""
    known = load(grammar)
    table = np.zeros(_ERROR + 1, np.bool_)
    for kind in kinds:
        for i in known.numbers.get(kind, ()):
            table[i] |= known.named[i] or not named
    table.flags.writeable = False
    return table
