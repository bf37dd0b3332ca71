"""The comment at the head of a source file, and the licence it states.

Most files of a project begin with the same words, so the words from the first licence-like line on are the key of a
memo: a licence is read once per wording, not once per file.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence import document
from codestrata.analyze.licence.notice import NOTHING, Finding
from codestrata.kernels.leading import leading

#: Bytes of a file in which its leading comment is sought; the longest usual header (Apache-1.1) has 2,700.
WITHIN = 6144
#: Wordings remembered.
_MEMO = 8192

#: Words of which one at least stands in every notice, in lower case.
_TRIGGERS = (
    *(b"licen", b"permission ", b"redistribut", b"public domain", b"gpl", b"perl itself"),
    *(b"proprietary", b"confidential", b"unauthori"),
)
_COPYRIGHT = (b"copyright", b"(c)", b"author")
_ABOVE = 200
_LINE_SIGN = re.compile(rb"[ \t]*(//|#|;|%|!|--|dnl\b|DNL\b|rem\b|REM\b|::|\.?\\\")")
_CLOSING = re.compile(rb"\*/|-->|--%>|\*\)|-\}|#\}|\]\]|\"\"\"|'''")


class Headers:
    """Reads headers, remembering wordings it has seen; holds the last few thousand."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, Finding] = OrderedDict()

    def read(self, comment: bytes) -> Finding:
        """Give the licence that the comments leading a file state."""
        wording = licence_wording(comment)
        if not wording:
            return NOTHING
        found = self._seen.get(wording)
        if found is None:
            found = self._seen[wording] = document.header(wording.decode("utf-8", "replace"))
            if len(self._seen) > _MEMO:
                self._seen.popitem(last=False)
        return found


def comments(arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    """Say how many bytes of each ``arena[starts[i]:stops[i]]`` are comments that lead it and may state a licence."""
    return leading(arena, starts, stops, _TRIGGERS, WITHIN)


def licence_wording(comment: bytes) -> bytes:
    """Give the part of the leading comments that may state a licence, b"" if none.

    It begins a line above the first licence-like word, or where the copyright lines end, and goes to the end of that
    comment: what other comments follow is the file's own.
    """
    lower, end = comment.lower(), len(comment)
    place = end
    for word in _TRIGGERS:
        found = lower.find(word, 0, place)
        place = found if found >= 0 else place
    if place == end:
        return b""
    begin = _begin(lower, place)
    return comment[begin : _end(comment, begin, place)]


def _begin(lower: bytes, place: int) -> int:
    """Give where to begin for a word at ``place``: after copyright lines near above, else a line up in its comment."""
    above = max(lower.rfind(word, max(0, place - _ABOVE), place) for word in _COPYRIGHT)
    if above >= 0:
        return lower.find(b"\n", above, place) + 1 or above
    line = lower.rfind(b"\n", 0, place) + 1
    prior = lower.rfind(b"\n", 0, max(0, line - 1)) + 1
    return prior if _sign(lower, prior) == _sign(lower, line) else line


def _sign(comment: bytes, line: int) -> bytes:
    """Give the sign that makes a line a comment by itself, b"" within a block comment."""
    sign = _LINE_SIGN.match(comment, line)
    return sign[1] if sign else b""


def _end(comment: bytes, begin: int, place: int) -> int:
    """Give the end of the comment that holds ``place``: its last line with the same sign, or its closing sign.

    An empty line does not end a comment of lines where the next paragraph goes on about the law.
    """
    sign = _sign(comment, begin)
    if sign:
        return _lines(sign).match(comment, begin).end()  # type: ignore[union-attr]
    closing = _CLOSING.search(comment, place)
    return closing.start() if closing else len(comment)


@cache
def _lines(sign: bytes) -> re.Pattern[bytes]:
    line = rb"[ \t]*+%b[^\n]*+(?:\n|\Z)" % re.escape(sign)
    law = rb"[ \t]*+%b[^\n]*(?:licen[sc]|warrant|permission|distribut|a copy of|section \d)" % re.escape(sign)
    return re.compile(rb"(?:%b|[ \t]*+\n(?=%b))*+" % (line, law), re.IGNORECASE)
