"""Written: nodes as pieces of text: what they say, in which lines they stand, and columns of that."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.before import before, ranges
from codestrata.kernels.strings import decoded, distinct, gather
from codestrata.store.columns import Varlen

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: How much of a text a column holds, bytes.
LONGEST = 120


class Written:
    """The texts of nodes. Indices are int64; -1 is no node and may be asked about."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.start, self.end = nodes.start, nodes.end

    @cached_property
    def raw(self) -> bytes:
        """All bytes."""
        return self.nodes.arena.tobytes()

    @cached_property
    def bounds(self) -> tuple[memoryview, memoryview]:
        """Where nodes start and end, to be read one by one."""
        return self.start.data, self.end.data

    def text(self, node: int) -> str:
        """Give the text of a node; empty for none."""
        start, end = self.bounds
        return self.raw[start[node] : end[node]].decode(errors="replace") if node >= 0 else ""

    def texts(self, nodes: Ints) -> list[str]:
        """Give the texts of some nodes."""
        starts = self.start[nodes]
        return decoded(self.nodes.arena, starts, np.where(nodes >= 0, self.end[nodes] - starts, 0))

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
        names = ("start", "end", "line", "last_line")
        found = ranges(self._breaks, self.nodes.offsets, self._lines_before, files, starts, stops)
        return dict(zip(names, found, strict=True))

    def number(self, nodes: Ints) -> tuple[Ints, list[str]]:
        """Number the distinct texts of some nodes: the number of each, and the texts."""
        codes, first = distinct(self.nodes.arena, self.start[nodes], self.end[nodes])
        return codes, self.texts(nodes[first])


def numbered(tree: Written, nodes: Ints) -> tuple[Ints, list[str]]:
    """Number the distinct texts of some nodes; the last number is that of none, whose text is empty."""
    known = np.flatnonzero(nodes >= 0)
    codes, names = tree.number(nodes[known])
    every = np.full(len(nodes), len(names), np.int64)
    every[known] = codes
    return every, [*names, ""]
