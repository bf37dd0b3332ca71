"""Tree: nodes with what many questions need, worked out once: siblings, fields, texts, lines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.nodes import ERROR, EXTRA, MISSING, NAMED, Nodes
from codestrata.kernels.before import before
from codestrata.kernels.family import family, first_counted, first_known
from codestrata.kernels.holders import holders
from codestrata.kernels.numbers import unique
from codestrata.kernels.strings import distinct, gather
from codestrata.store.columns import Varlen

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Kinds of comments in all grammars.
COMMENTS = ("comment", "line_comment", "block_comment", "html_comment")
#: How much of a text a column holds, bytes.
LONGEST = 120
_ERROR = 0xFFFF
#: Children of a node that are looked at one after the other.
_FEW = 64


class Tree:
    """Nodes, and what is asked of them again and again. Indices are int64; -1 is no node and may be asked about."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.kind, self.field, self.parent = nodes.kind, nodes.field, nodes.parent
        self.start, self.end, self.after, self.flags = nodes.start, nodes.end, nodes.after, nodes.flags

    @cached_property
    def raw(self) -> bytes:
        """All bytes."""
        return self.nodes.arena.tobytes()

    @cached_property
    def _letters(self) -> str:
        """All bytes, each as one letter: pieces that are ASCII are cut from it without being decoded."""
        return self.raw.decode("latin-1")

    @cached_property
    def _ascii(self) -> bool:
        return self._letters.isascii()

    def among(self, kinds: Iterable[str], *, named: bool = True) -> Bools:
        """Give a table: is a kind's number one of these names (of named nodes, or of any)."""
        return _among(self.nodes.loaded.grammar.name, tuple(kinds), named)

    def knows(self, kind: str) -> bool:
        """Say whether the grammar has a kind."""
        return kind in self.nodes.loaded.numbers

    def of(self, *kinds: str) -> Ints:
        """Give the named nodes of some kinds, in order."""
        return self.nodes.of_kind(*kinds)

    def words(self, *words: str) -> Ints:
        """Give the nodes without a name that are some words, in order."""
        known = self.nodes.loaded
        numbers = {i for word in words for i in known.numbers.get(word, ()) if not known.named[i]}
        return self.nodes.of_numbers(*sorted(numbers))

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
        number = self._fields.get(field)
        if number is None:
            return np.zeros(0, np.int64)
        order, ends = self.nodes.by_field()
        return order[ends[number - 1] : ends[number]]

    def child(self, nodes: Ints, field: str) -> Ints:
        """Give the first child that each of some nodes knows by a field, or -1."""
        number = self._fields.get(field)
        if number is None:
            return np.full(len(nodes), -1, np.int64)
        return first_known(self.field, self.after, nodes, number)

    @cached_property
    def _fields(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.nodes.loaded.fields) if i}

    def follow(self, nodes: Ints, path: str) -> Ints:
        """Follow fields from some nodes: ``a.b`` one after the other, ``a|b`` the first way that leads somewhere."""
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
    def _family(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return family(self.parent, self.after, self.counted)

    def previous(self, nodes: Ints) -> Ints:
        """Give the sibling before each of some nodes, or -1; a place behind a node asks for what is before it."""
        return self._family[0][nodes].astype(np.int64) - 1

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which nodes count as a part of their parent: named, no comment."""
        found: Bools = (self.flags & (NAMED | EXTRA)) == NAMED
        found[self.of(*COMMENTS)] = False
        return found

    def parts(self, nodes: Ints) -> Ints:
        """Say how many parts each of some nodes has; none has 0."""
        return self._family[1][nodes].astype(np.int64)

    def count(self, nodes: Ints, marks: Ints) -> Ints:
        """Say how many of the marks are children of each of some nodes; none has 0."""
        if not len(marks):
            return np.zeros(len(nodes), np.int64)
        above = np.sort(self.parent[marks])
        return np.searchsorted(above, nodes, side="right") - np.searchsorted(above, np.maximum(nodes, 0))

    def parts_below(self, nodes: Ints) -> Ints:
        """Give the parts of some nodes, in order; none has none."""
        here = unique(nodes[nodes >= 0])
        found, stop = [here[:0]], self.after[here]
        here = here + 1
        for _ in range(_FEW):
            on = here < stop
            here, stop = here[on], stop[on]
            if not len(here):
                every = np.sort(np.concatenate(found))
                return every[self.counted[every]]
            found.append(here)
            here = self.after[here]
        within = np.zeros(len(self.kind) + 1, np.bool_)  # a wide node: all are looked at, once
        within[nodes] = True
        within[-1] = False
        return np.flatnonzero(within[self.parent] & self.counted)

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

    @cached_property
    def bounds(self) -> tuple[memoryview, memoryview]:
        """Where nodes start and end, to be read one by one."""
        return self.start.data, self.end.data

    def parts_of(self, node: int) -> list[int]:
        """List the parts of one node: its named children without comments."""
        after, counted = self._reading
        found, child, end = [], node + 1, after[node]
        while child < end:
            if counted[child]:
                found.append(child)
            child = after[child]
        return found

    def text(self, node: int) -> str:
        """Give the text of a node; empty for none."""
        start, end = self.bounds
        return _read(self._letters[start[node] : end[node]]) if node >= 0 else ""

    def texts(self, nodes: Ints) -> list[str]:
        """Give the texts of some nodes."""
        known, letters = nodes >= 0, self._letters
        places = zip(
            np.where(known, self.start[nodes], 0).tolist(), np.where(known, self.end[nodes], 0).tolist(), strict=True
        )
        if self._ascii:
            return [letters[a:b] for a, b in places]
        return [text if (text := letters[a:b]).isascii() else _read(text) for a, b in places]

    def column(self, starts: Ints, stops: Ints, longest: int = LONGEST) -> Varlen:
        """Make a column of pieces of the bytes, cut to a length; what is no UTF-8 is replaced."""
        sizes = np.clip(stops - starts, 0, longest)
        offsets = np.zeros(len(sizes) + 1, np.int64)
        np.cumsum(sizes, out=offsets[1:])
        data = np.empty(offsets[-1], np.uint8)
        gather(self.nodes.arena, starts, sizes, data, offsets[:-1])
        if not (data & 0x80).any():
            return Varlen(offsets, data, text=True)
        cut = np.flatnonzero(stops - starts > longest)
        pieces = list(Varlen(offsets, data, text=False))
        for i in cut.tolist():  # in the middle of a letter, maybe
            pieces[i] = pieces[i].decode(errors="ignore").encode()
        return Varlen.of([piece.decode(errors="replace") for piece in pieces])

    @cached_property
    def _breaks(self) -> Ints:
        return self.nodes.breaks()

    @cached_property
    def _lines_before(self) -> Ints:
        return before(self._breaks, self.nodes.offsets)

    def line_numbers(self, places: Ints) -> Ints:
        """Give the number of line breaks before each place (byte of the arena)."""
        return before(self._breaks, places)

    def starts_with(self, nodes: Ints, *marks: bytes) -> Bools:
        """Say which of some nodes start with one of some marks."""
        start, last, found = self.start[nodes], len(self.nodes.arena) - 1, np.zeros(len(nodes), np.bool_)
        size = self.end[nodes] - start
        letters = [self.nodes.arena[np.minimum(start + i, last)] for i in range(max(map(len, marks), default=0))]
        for mark in marks:
            fits = size >= len(mark)
            for byte, letter in zip(mark, letters, strict=False):
                fits &= letter == byte
            found |= fits
        return found

    def lines(self, files: Ints, places: Ints) -> Ints:
        """Give the line of each place (byte of the arena) in its file, from 1."""
        return before(self._breaks, places) - self._lines_before[files] + 1

    def range_columns(self, files: Ints, starts: Ints, stops: Ints) -> dict[str, Any]:
        """Give the columns start, end, line, last_line of pieces of files."""
        base = self.nodes.offsets[files]
        return {
            "start": starts - base,
            "end": stops - base,
            "line": self.lines(files, starts).astype(np.int32),
            "last_line": self.lines(files, np.maximum(stops - 1, starts)).astype(np.int32),
        }

    def number(self, nodes: Ints) -> tuple[Ints, list[str]]:
        """Number the distinct texts of some nodes: the number of each, and the texts."""
        codes, first = distinct(self.nodes.arena, self.start[nodes], self.end[nodes])
        return codes, self.texts(nodes[first])


def numbered(tree: Tree, nodes: Ints) -> tuple[Ints, list[str]]:
    """Number the distinct texts of some nodes; the last number is that of none, whose text is empty."""
    known = np.flatnonzero(nodes >= 0)
    codes, names = tree.number(nodes[known])
    every = np.full(len(nodes), len(names), np.int64)
    every[known] = codes
    return every, [*names, ""]


def _read(text: str) -> str:
    """Give the text of bytes that came as letters."""
    return text if text.isascii() else text.encode("latin-1").decode(errors="replace")


@lru_cache(maxsize=4096)
def _among(grammar: str, kinds: tuple[str, ...], named: bool) -> Bools:  # noqa: FBT001 - a key of the cache
    known = load(grammar)
    table = np.zeros(_ERROR + 1, np.bool_)
    for kind in kinds:
        for i in known.numbers.get(kind, ()):
            table[i] |= known.named[i] or not named
    table.flags.writeable = False
    return table
