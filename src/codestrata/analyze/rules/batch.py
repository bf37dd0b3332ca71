"""A batch of nodes with what questions about many of them at once need: by kind, by field, by what is around them.

Everywhere here sets of nodes are int64 arrays of their indices, rising, none twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.nodes import NAMED, Nodes
from codestrata.kernels.nodes.family import first_known
from codestrata.kernels.nodes.holders import holders
from codestrata.kernels.nodes.kin import ancestors, children
from codestrata.kernels.nodes.snippets import Trees
from codestrata.kernels.numbers import unique
from codestrata.kernels.strings import distinct

Set = NDArray[np.int64]
Mask = NDArray[np.bool_]
T = TypeVar("T")

#: A set of a larger share of all nodes than one in so many is made by marking them, not by sorting.
_DENSE = 64
#: Kin of nodes are looked for one by one where there are so many times as many that may be these.
_FEW = 8
#: Texts that are longer than so many bytes, taken together, cost more to tell apart than that saves.
LONG = 40
#: Texts are told apart when they are searched for the so manieth expression.
OFTEN = 4


class Batch:
    """Nodes, and indices over them that are made when first asked for."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.parent, self.after = nodes.parent, nodes.after
        self._marks = np.zeros(len(nodes) + 1, np.bool_)  # one more, for the parent of roots
        self._of_kinds: dict[frozenset[int], Set] = {}
        self._all_of: dict[int, frozenset[int]] = {}
        self._firsts: dict[int, Set] = {}
        self._searched: dict[int, int] = {}
        self._first_of = np.empty(len(nodes) + 1, np.int64)
        self._memo: dict[tuple[str, int, Any], Any] = {}
        self._kept: dict[int, Set] = {}

    @cached_property
    def trees(self) -> Trees:
        """Give the nodes as kernels take them."""
        n = self.nodes
        return Trees(n.arena, n.kind, n.start, n.end, n.after, n.flags, n.parent, n.field)

    def of_kinds(self, kinds: frozenset[int]) -> Set:
        """Give all nodes of some kinds."""
        found = self._of_kinds.get(kinds)
        if found is None:
            found = self.nodes.of_numbers(*sorted(kinds))
            self._of_kinds[kinds] = self._keep(found)
            self._all_of[id(found)] = kinds
        return found

    def _keep(self, some: Set) -> Set:
        self._kept[id(some)] = some
        return some

    def remembered(self, what: str, some: Set, more: Any, make: Callable[[], T]) -> T:
        """Make something of a set, once for all rules that begin with the same set; sets made of it are such, too."""
        if id(some) not in self._kept:
            return make()
        key = (what, id(some), more)
        if key not in self._memo:
            made = self._memo[key] = make()
            if isinstance(made, np.ndarray):
                self._keep(made)
        found: T = self._memo[key]
        return found

    def those_of(self, some: Set, kinds: frozenset[int]) -> Set:
        """Keep the nodes of some kinds; of all there are of several the same array that others begin with."""
        if id(some) in self._all_of:
            return self.of_kinds(self._all_of[id(some)] & kinds)
        return self.remembered("kinds", some, kinds, lambda: some[self._are(some, kinds)])

    def _are(self, some: Set, kinds: frozenset[int]) -> Mask:
        kind = self.nodes.kind[some]
        if len(kinds) == 1:
            return np.asarray(kind == next(iter(kinds)))
        wanted = np.zeros(1 << 16, np.bool_)
        wanted[[*kinds]] = True
        return wanted[kind]

    def tops(self, some: Set, field: int) -> Set:
        """Give the first child of each node that it knows by a field, where there is one."""
        return self.remembered("tops", some, field, lambda: self._tops(some, field))

    def _tops(self, some: Set, field: int) -> Set:
        found = first_known(self.nodes.field, self.after, some, field)
        found = found[found >= 0]
        return found if (found[1:] > found[:-1]).all() else np.sort(found)

    def texts(self, some: Set) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Number the different texts of nodes, and give a node of each; None for a set made for one rule."""
        if id(some) not in self._kept:
            return None
        count = self._searched[id(some)] = self._searched.get(id(some), 0) + 1
        if count < OFTEN:
            return None
        return self.remembered("texts", some, 0, lambda: self._texts(some))

    def _texts(self, some: Set) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        if int((self.nodes.end[some] - self.nodes.start[some]).sum()) > LONG * len(some):
            return None
        codes, first = distinct(self.nodes.arena, self.nodes.start[some], self.nodes.end[some])
        return codes, some[first]

    def firsts(self, field: int) -> Set:
        """Give all nodes that are the first their parent knows by a field."""
        found = self._firsts.get(field)
        if found is None:
            known = self.nodes.of_field(field)
            above = self.parent[known]
            self._first_of[above[::-1]] = known[::-1]  # the last that is written stays
            self._firsts[field] = found = known[self._first_of[above] == known]
        return found

    @contextmanager
    def marked(self, some: Set) -> Iterator[Mask]:
        """Mark nodes: a mask over all, and one more that is never set, so that -1 may be asked for."""
        self._marks[some] = True
        try:
            yield self._marks
        finally:
            self._marks[some] = False

    def among(self, some: Set, asked: Set) -> Mask:
        """Say of each that is asked about whether it is among some; both in any order, -1 is never."""
        if not len(some):
            return np.zeros(len(asked), np.bool_)
        marks = self._marks
        marks[some] = True
        marks[-1] = False
        found = marks[asked]
        marks[some] = False
        return found

    def unique(self, some: Set) -> Set:
        """Make a set of nodes that may be in any order, and several times; -1 is left out."""
        if len(some) * _DENSE < len(self.nodes):
            found = unique(some)
            return found[1:] if len(found) and found[0] < 0 else found
        with self.marked(some) as marks:
            marks[-1] = False
            return np.flatnonzero(marks)

    def children_of(self, some: Set, kinds: frozenset[int]) -> Set:
        """Give all children of nodes that are of some kinds."""
        if len(some) * _FEW < self.count(kinds):
            return children(self.nodes.kind, self.after, some, _row(kinds))
        found = self.of_kinds(kinds)
        return found[self.among(some, self.parent[found])]

    def around_of(self, some: Set, kinds: frozenset[int]) -> Set:
        """Give all of some kinds that nodes are in."""
        if len(some) * _FEW < self.count(kinds):
            return ancestors(self.nodes.kind, self.parent, some, _row(kinds))
        return self.around(self.of_kinds(kinds), some)

    def count(self, kinds: frozenset[int]) -> int:
        """Count all nodes of some kinds."""
        found = self._of_kinds.get(kinds)
        return self.nodes.count(_row(kinds)) if found is None else len(found)

    def within(self, some: Set, outer: Set) -> Set:
        """Keep the nodes that lie within one of others, or are one."""
        if len(outer) * _FEW > len(some):
            return some[self.covered(some, outer, self.after[outer])]
        outer = outer[~self.covered(outer, outer + 1, self.after[outer])]
        starts = np.searchsorted(some, outer)
        return some[ranges(starts, np.searchsorted(some, self.after[outer]) - starts)]

    def around(self, some: Set, inner: Set) -> Set:
        """Keep the nodes that hold one of others, themselves not counted."""
        return some[np.searchsorted(inner, some, "right") < np.searchsorted(inner, self.after[some])]

    def covered(self, some: Set, starts: Set, stops: Set) -> Mask:
        """Say of each node whether it lies in one of some ranges: from starts, rising, to stops, in any order."""
        found: Mask = np.searchsorted(starts, some, "right") > np.searchsorted(np.sort(stops), some, "right")
        return found

    def children(self, some: Set) -> Set:
        """Give all children of nodes."""
        with self.marked(some) as marks:
            sizes = self.after[some] - some - 1
            if int(sizes.sum()) * 4 > len(self.nodes):
                return np.flatnonzero(marks[self.parent])
            below = ranges(some + 1, sizes)
            below = below[marks[self.parent[below]]]
        return self.unique(below)

    def descendants(self, some: Set) -> Set:
        """Give all that nodes hold."""
        outer = some[~self.covered(some, some + 1, self.after[some])]
        return ranges(outer + 1, self.after[outer] - outer - 1)

    def ancestors(self, some: Set) -> Set:
        """Give all that nodes are in."""
        found, new = np.zeros(0, np.int64), some
        while len(new):
            above = self.unique(self.parent[new])
            new = above[~self.among(found, above)]
            found = unique(np.concatenate((found, new)))
        return found

    def named(self, some: Set) -> Mask:
        """Say of each node whether it has a name in the grammar."""
        found: Mask = (self.nodes.flags[some] & NAMED) != 0
        return found

    def nearest(self, some: Set, asked: Set) -> Set:
        """Give of each node asked about the innermost of some nodes that it is in, itself not counted, or -1."""
        if not len(some):
            return np.full(len(asked), -1, np.int64)
        at = holders(some + 1, self.after[some], asked)
        return np.where(at >= 0, some[at], -1)


@lru_cache(maxsize=1 << 12)
def _row(kinds: frozenset[int]) -> NDArray[np.uint16]:
    return np.array(sorted(kinds), np.uint16)


def ranges(starts: Set, sizes: Set) -> Set:
    """Give all whole numbers of ranges, one range after the other."""
    if not len(starts):
        return np.zeros(0, np.int64)
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(int(ends[-1]))
