"""Nearby: the sentences of a comment around places in it, without reading the rest of it."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.reasons.sentences import Prose
from codestrata.kernels.library import library
from codestrata.kernels.sentence import sentences

#: What comments begin and end with, and each of their lines.
_MARKS = re.compile(rb"(?m)^[ \t]*(?:///?!?|/\*+!?|\*+(?!\S)|#+!?|;+|--)?|\*+/")
#: Of what those marks are, and white space: a line with anything else in it is not empty.
_MARKED = b" \t\r\n\v\f/*!#;-"
#: How lines begin between which code stands.
_FENCE = re.compile(rb"```|~~~")
#: In a comment no line is code because it is indented.
_NEVER = 1 << 30
Int64s = NDArray[np.int64]


def around(arena: NDArray[np.uint8], starts: Int64s, ends: Int64s, places: Int64s) -> list[tuple[int, int] | None]:
    """Give the sentence that each place is in, as :meth:`Nearby.at` does.

    Place i is in comment ``arena[starts[i]:ends[i]]``, and counts from where that begins.
    """
    if library():
        return [(a, b) if a >= 0 else None for a, b in sentences(arena, starts, ends, places).tolist()]
    comments = (arena[a:b].tobytes() for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
    return [Nearby(text).at(place) for text, place in zip(comments, places.tolist(), strict=True)]


class Nearby:
    """The sentences of a comment, found by a place in it: what :class:`Prose` says of it without its marks.

    No paragraph goes on behind an empty line, so those around a place are enough.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._first = self._stop = 0
        self._prose: Prose | None = None
        self._fences: list[tuple[int, bytes]] | None = None

    def at(self, place: int) -> tuple[int, int] | None:
        """Give the sentence that a byte is in, or None where there is none or it cannot stand alone."""
        prose = self._prose if self._first <= place < self._stop else None
        if prose is None:
            self._first, self._stop = self._begin(place), self._end(place)
            bare = _MARKS.sub(lambda mark: b" " * len(mark[0]), self.text[self._first : self._stop])
            prose = self._prose = Prose(bare, code=_NEVER, fence=self._fence(self._first))
        found = prose.at(place - self._first)
        return (found[0] + self._first, found[1] + self._first) if found else None

    def _begin(self, place: int) -> int:
        """Give where the line behind the last empty one before a place begins."""
        text, begin = self.text, self.text.rfind(b"\n", 0, place) + 1
        while begin:
            before = text.rfind(b"\n", 0, begin - 1) + 1
            if _empty(text[before : begin - 1]):
                break
            begin = before
        return begin

    def _end(self, place: int) -> int:
        """Give where the next empty line behind a place begins."""
        text, end = self.text, self.text.find(b"\n", place) + 1
        while end:
            behind = text.find(b"\n", end) + 1
            if _empty(text[end : behind - 1] if behind else text[end:]):
                return end
            end = behind
        return len(text)

    def _fence(self, place: int) -> bytes:
        """Give how the code began that a line is in, or nothing."""
        if self._fences is None:
            self._fences = _fences(self.text)
        return next((fence for at, fence in reversed(self._fences) if at < place), b"")


def _fences(text: bytes) -> list[tuple[int, bytes]]:
    """List the lines of a comment between which code stands, and how it began behind each."""
    found: list[tuple[int, bytes]] = []
    if b"```" not in text and b"~~~" not in text:
        return found
    fence, end = b"", 0
    for mark in _FENCE.finditer(text):
        if mark.start() < end:  # not the first of its line
            continue
        begin, end = text.rfind(b"\n", 0, mark.start()) + 1, text.find(b"\n", mark.end())
        end = len(text) if end < 0 else end
        bare = _MARKS.sub(b" ", text[begin:end]).lstrip()
        if bare.startswith(mark[0]) and (not fence or mark[0] == fence):
            fence = b"" if fence else mark[0]
            found.append((begin, fence))
    return found


def _empty(line: bytes) -> bool:
    return not line.strip(_MARKED) and not _MARKS.sub(b"", line).strip()
