"""The comment at the head of a source file, and the licence it states.

Most files of a project begin with the same words, so the words from the first licence-like line on are the key of a
memo: a licence is read once per wording, not once per file.
"""

from __future__ import annotations

import re
from collections import OrderedDict

import re2

from codestrata.analyze.licence import document
from codestrata.analyze.licence.notice import NOTHING, Finding

#: Bytes of a file in which its leading comment is sought; the longest usual header (Apache-1.1) has 2,700.
WITHIN = 6144
#: Wordings remembered.
_MEMO = 8192

#: What may lead a file: white space, comments of any language, and the few lines that stand before them. Every
#: quantifier is possessive, so that no input can make the pattern look at a byte more than a few times.
_LEADING_PARTS = (
    rb"\s++",
    rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)",
    rb"(?://|#|;|%|!|--(?!\[)|\.?\\\"|dnl\b|DNL\b|rem\b|REM\b|@rem\b|@REM\b|::|[cC*](?=[ *\t-]))[^\n]*+",
    rb"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)",
    rb"<(?:\?(?:php|xml|hh)|!DOCTYPE)[^\n]*+",
    rb"<%--[^-]*+(?:-(?!-%>)[^-]*+)*+(?:--%>|\Z)",
    rb"--\[=*+\[[^\]]*+(?:\](?!=*\])[^\]]*+)*+(?:\]=*+\]|\Z)",
    rb"\(\*[^*]*+(?:\*(?!\))[^*]*+)*+(?:\*\)|\Z)",
    rb"\{-[^-]*+(?:-(?!\})[^-]*+)*+(?:-\}|\Z)",
    rb"\{#[^#]*+(?:#(?!\})[^#]*+)*+(?:#\}|\Z)",
    rb'[rRuU]?"""[^"]*+(?:"(?!"")[^"]*+)*+(?:"""|\Z)',
    rb"[rRuU]?'''[^']*+(?:'(?!'')[^']*+)*+(?:'''|\Z)",
    rb"[\"'][^\"'\n]*+(?:[\"'];?)?(?=\n|\Z)",
    rb"=(?:begin|pod|head)[^=]*+(?:=(?!end|cut)[^=]*+)*+(?:=end|=cut|\Z)",
    rb"(?:package|namespace|module)[ \t]++[\w.\\/]++;?[ \t]*+(?=\n)",
)
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:" + b"|".join(_LEADING_PARTS) + rb")*+")
_SHORTEST = 12


def _compile(pattern: bytes) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


_TRIGGER = _compile(
    rb"licen[sc]|permission (?:is|to)|redistribut|public domain|proprietary|confidential|unauthori[sz]ed|\bgpl|"
    rb"perl itself",
)
_COPYRIGHT = re.compile(rb"copyright|\(c\)|authors?:", re.IGNORECASE)
_LINE_SIGN = re.compile(rb"[ \t]*(//|#|;|%|!|--|dnl\b|DNL\b|rem\b|REM\b|::|\.?\\\")")
_CLOSING = re.compile(rb"\*/|-->|--%>|\*\)|-\}|#\}|\]\]|\"\"\"|'''")


class Headers:
    """Reads headers, remembering wordings it has seen; holds the last few thousand."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, Finding] = OrderedDict()

    def read(self, content: bytes) -> Finding:
        """Give the licence that the leading comment of a file's first bytes states."""
        wording = licence_wording(content)
        if not wording:
            return NOTHING
        found = self._seen.get(wording)
        if found is None:
            found = self._seen[wording] = document.header(wording.decode("utf-8", "replace"))
            if len(self._seen) > _MEMO:
                self._seen.popitem(last=False)
        return found


def licence_wording(content: bytes) -> bytes:
    """Give the part of the leading comment that may state a licence, b"" if none.

    It begins at the line of the first licence-like word, or where the copyright lines above it end, and goes to the
    end of that comment: what other comments follow is the file's own.
    """
    end = _LEADING.match(content, 0, WITHIN).end()  # type: ignore[union-attr]
    if end < _SHORTEST:
        return b""
    comment = content[:end]
    trigger = _TRIGGER.search(comment)
    if not trigger:
        return b""
    place = trigger.start()
    above = [match.end() for match in _COPYRIGHT.finditer(comment, max(0, place - 200), place)]
    begin = comment.rfind(b"\n", 0, place) + 1
    if above:
        begin = comment.find(b"\n", above[-1], place) + 1 or above[-1]
    return comment[begin : _end(comment, begin, place)]


def _end(comment: bytes, begin: int, place: int) -> int:
    """Give the end of the comment that holds ``place``: its last line with the same sign, or its closing sign."""
    sign = _LINE_SIGN.match(comment, begin)
    if sign:
        return re.compile(rb"(?:[ \t]*+%b[^\n]*+(?:\n|\Z))*+" % re.escape(sign[1])).match(comment, begin).end()  # type: ignore[union-attr]
    closing = _CLOSING.search(comment, place)
    return closing.start() if closing else len(comment)
