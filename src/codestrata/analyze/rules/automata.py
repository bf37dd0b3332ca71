r"""Finite automata of regular expressions, for asking many short texts whether one is found in them.

A state is the set of places in the expression that may be reached so far, and what the last byte was; what stands at
``^``, ``$`` and ``\b`` is decided when the next byte, or the end, is known. Source of the construction: Thompson 1968.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules.grammar import Piece, Unknown, parse, reversed_, sets
from codestrata.kernels.automata import Automaton, subsets
from codestrata.kernels.library import library

#: Places in an expression and states of its automaton, at most; beyond that RE2 is asked.
MOST_PLACES = 3000
MOST_STATES = 800
#: States in which nothing more needs to be read: found, and never to be found.
FOUND, LOST = 0, 1
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
#: What the last byte was.
_BEGIN, _INSIDE, _OUTSIDE = 0, 1, 2
#: Places that may be reached, and what the last byte was.
State = tuple[frozenset[int], int]


@cache
def automaton(source: str) -> Automaton | None:
    """Make the automaton of a regular expression; None where it is too large, or has what only RE2 knows."""
    try:
        piece = parse(source)
        maker = _Maker(piece)
        if not maker.anchored:
            other = _Maker(reversed_(piece))
            if other.anchored:
                return other.made(backwards=True)
        return maker.made()
    except (Unknown, RecursionError):
        return None


class _Maker:
    """Places of an expression, numbered: ``edges`` without a byte, with what must hold; ``reads`` with one."""

    def __init__(self, piece: Piece) -> None:
        self.edges: list[list[tuple[str, int]]] = []
        self.reads: list[tuple[frozenset[int], int] | None] = []
        self.final = self._place()
        self.first = self._add(piece, self.final)
        self.partition(piece)
        self.anchored = all(self._at_begin(self.first))

    def partition(self, piece: Piece) -> None:
        """Divide bytes into classes that nothing in the expression tells apart."""
        marks, several = [0] * 256, sets(piece)
        for i, known in enumerate([*several, _WORD]):
            for byte in known:
                marks[byte] |= 1 << i
        seen: dict[int, int] = {}
        self.classes = np.array([seen.setdefault(mark, len(seen)) for mark in marks], np.uint8)
        self.words = [False] * len(seen)
        for byte in _WORD:
            self.words[seen[marks[byte]]] = True
        classes = self.classes.tolist()
        read = {known: tuple({classes[byte] for byte in known}) for known in several}
        self.read_classes = [(read[one[0]], one[1]) if one else None for one in self.reads]

    def _place(self) -> int:
        if len(self.edges) >= MOST_PLACES:
            raise Unknown
        self.edges.append([])
        self.reads.append(None)
        return len(self.edges) - 1

    def _add(self, piece: Piece, then: int) -> int:
        """Add places that read a piece and go on; gives the first."""
        if isinstance(piece, frozenset):
            here = self._place()
            self.reads[here] = (piece, then)
            return here
        if piece[0] == "and":
            for part in reversed(piece[1]):
                then = self._add(part, then)
            return then
        if piece[0] == "many":
            return self._many(piece[1], piece[2], piece[3], then)
        here = self._place()
        if piece[0] == "or":
            self.edges[here] = [("", self._add(part, then)) for part in piece[1]]
        else:
            self.edges[here] = [(piece[1], then)]
        return here

    def _many(self, piece: Piece, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self._place()
            self.edges[loop] = [("", self._add(piece, loop)), ("", then)]
            then = loop
        else:
            last = then
            for _ in range(most - least):
                here = self._place()
                self.edges[here] = [("", self._add(piece, then)), ("", last)]
                then = here
        for _ in range(least):
            then = self._add(piece, then)
        return then

    def made(self, *, backwards: bool = False) -> Automaton:
        """Make the states that can be reached, from the first on."""
        steps = self._natively() if library() else self._plainly()
        return Automaton(np.ascontiguousarray(steps[:, :-1]), self.classes, steps[:, -1] == FOUND, backwards)

    def _natively(self) -> NDArray[np.uint16]:
        reads = [one or ((), -1) for one in self.read_classes]
        ends, most = (self.first, self.final), MOST_STATES
        steps = subsets(self.edges, reads, self.words, ends, anchored=self.anchored, most=most)
        if steps is None:
            raise Unknown
        return steps

    def _plainly(self) -> NDArray[np.uint16]:
        numbers: dict[State, int] = {(frozenset(), FOUND): FOUND, (frozenset(), -1): LOST}
        todo = [(frozenset({self.first}), _BEGIN)]
        numbers[todo[0]] = 2
        rows: list[list[int]] = []
        for state in todo:  # grows
            row = []
            for after in self._steps(*state):
                if after not in numbers:
                    if len(numbers) >= MOST_STATES:
                        raise Unknown
                    numbers[after] = len(numbers)
                    todo.append(after)
                row.append(numbers[after])
            rows.append(row)
        return np.array([[FOUND] * len(rows[0]), [LOST] * len(rows[0]), *rows], np.uint16)

    def _at_begin(self, first: int) -> Iterator[bool]:
        """Say of each way to begin whether it is at the begin of a text only."""
        left, seen = [first], {first}
        while left:
            place = left.pop()
            if self.reads[place] or place == self.final:
                yield False
            for what, to in self.edges[place]:
                if what == "^":
                    yield True
                elif to not in seen:
                    seen.add(to)
                    left.append(to)

    def _steps(self, places: frozenset[int], last: int) -> list[State]:
        """Go on with a byte of each class, and to the end; the states of FOUND and LOST have no places."""
        found: list[State] = []
        after = {word: self._after(places, last, word=word) for word in (False, True)}
        for number, word in enumerate(self.words):
            reached = after[word]
            if reached is None:
                found.append((frozenset(), FOUND))
                continue
            to = reached.get(number, set()) if self.anchored else reached.get(number, set()) | {self.first}
            found.append((frozenset(to), _INSIDE if word else _OUTSIDE) if to else (frozenset(), -1))
        ends = self.final in self._reached(places, last, end=True, word=False)
        return [*found, (frozenset(), FOUND if ends else -1)]

    def _after(self, places: frozenset[int], last: int, *, word: bool) -> dict[int, set[int]] | None:
        """Give the places behind a byte of each class, of a word or not; None where all has been found before it."""
        reached = self._reached(places, last, end=False, word=word)
        if self.final in reached:
            return None
        found: dict[int, set[int]] = {}
        for place in reached:
            numbers, to = self.read_classes[place] or ((), 0)
            for number in numbers:
                found.setdefault(number, set()).add(to)
        return found

    def _reached(self, places: frozenset[int], last: int, *, end: bool, word: bool) -> set[int]:
        border = (last == _INSIDE) != word
        holds = {"": True, "^": last == _BEGIN, "$": end, "b": border, "B": not border}
        left, seen = list(places), set(places)
        while left:
            for what, to in self.edges[left.pop()]:
                if holds[what] and to not in seen:
                    seen.add(to)
                    left.append(to)
        return seen
