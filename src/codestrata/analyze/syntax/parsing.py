"""Parsing what anybody may have written: batches of texts into nodes, in a process that may die of it.

A file that crashes the parser, or holds it up past a deadline, costs itself alone: those before it are kept, those
after it are parsed by the next process. All other limits are counts, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.reading import CRASH, PROBLEMS
from codestrata.analyze.syntax.sheet import Sheet
from codestrata.analyze.syntax.watched import Order, Watched
from codestrata.errors import StrataError

#: A sheet has room for at least so much, so that it serves many batches.
SHEET_BYTES = 2_000_000
SHEET_FILES = 2048
#: So many processes may die before they have read anything until the way they read is doubted.
_TRUST = 2


@dataclass(frozen=True, slots=True)
class Parsed:
    """The nodes of a batch, and of each of its files why it has none, or "".

    **Good until the next is asked for**: the same memory is used again.
    """

    nodes: Nodes
    problems: tuple[str, ...]


class Parser:
    """What parses, as a context manager. Its process starts with the first batch, and another when it has died.

    ``native``: trees are walked in memory; when that is no longer so, all of this is slower than it should be.
    """

    def __init__(self) -> None:
        self.native = True
        self._process: Watched | None = None
        self._sheets: dict[int, Sheet] = {}

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and let go of the memory."""
        self._end()
        for sheet in self._sheets.values():
            sheet.close()
        self._sheets = {}

    def parse(self, batches: Iterable[tuple[str, Sequence[bytes]]]) -> Iterator[Parsed]:
        """Parse batches of texts, each of one grammar (by its short name), in order; the next is parsed meanwhile."""
        before: Order | None = None
        for turn, (grammar, texts) in enumerate(batches):
            order = self._laid(turn % 2, grammar, texts)
            if before:
                self._finish(before)
            self._send(order)
            if before:
                yield _parsed(before)
            before = order
        if before:
            self._finish(before)
            yield _parsed(before)

    def _laid(self, which: int, grammar: str, texts: Sequence[bytes]) -> Order:
        """Lay a batch onto one of two sheets, a larger one if need be."""
        sizes = tuple(map(len, texts))
        sheet = self._sheets.get(which)
        if sheet is None or sum(sizes) > sheet.size or len(sizes) > sheet.files:
            if sheet:
                sheet.close()
            sheet = self._sheets[which] = Sheet.new(max(sum(sizes), SHEET_BYTES), max(len(sizes), SHEET_FILES))
        sheet.write(texts)
        return Order(sheet, grammar, sizes, native=self.native)

    def _send(self, order: Order) -> None:
        if self._process is None:
            self._process = Watched()
        self._process.send(order)

    def _finish(self, order: Order) -> None:
        """Wait for an order; who dies of a file twice has told what that file is."""
        suspect, failed = -1, 0
        while self._process:
            problem, file = self._process.wait(order), order.sheet.done
            self.native = self.native and order.native
            if not problem:
                return
            self._end()
            if not order.started:
                failed += 1
                self._mistrust(order, failed)
            elif file < len(order.sizes) and (problem != CRASH or file == suspect):
                order.sheet.tell(file, order.sheet.told(file - 1)[0], problem)
            suspect = file
            self._send(order)

    def _mistrust(self, order: Order, failed: int) -> None:
        """After processes that died of the sample text itself, read trees the slow way."""
        if failed >= _TRUST:
            self.native = order.native = False
        if failed >= 2 * _TRUST:
            raise StrataError("the process that parses dies of a sample text", where=order.grammar)

    def _end(self) -> None:
        if self._process:
            self._process.end()
        self._process = None


def _parsed(order: Order) -> Parsed:
    sheet, offsets = order.sheet, np.array([0, *accumulate(order.sizes)], np.int64)
    told = [sheet.told(file) for file in range(len(order.sizes))]
    first = np.array([0, *(end for end, _ in told)], np.int64)
    columns: dict[str, Any] = {name: _view(sheet, name, kind, int(first[-1])) for name, kind in TYPES.items()}
    arena = _view(sheet, "arena", np.uint8, int(offsets[-1]))
    nodes = Nodes(load(order.grammar), arena, offsets, first, **columns)
    return Parsed(nodes, tuple(PROBLEMS[problem] for _, problem in told))


def _view(sheet: Sheet, name: str, kind: Any, count: int) -> NDArray[Any]:
    return np.frombuffer(sheet.memory, kind, count, sheet.place(name))
