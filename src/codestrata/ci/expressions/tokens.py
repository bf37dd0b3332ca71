"""The words of an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codestrata.ci.expressions.mistakes import Mistake

#: Characters of one expression, at most.
LONGEST = 4096

_WORDS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>(?:\d+\.\d+(?:[eE][+-]?\d{1,3})?|\d+)(?![\w.]))
      | (?P<name>[A-Za-z_]\w*)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<mark>==|!=|<=|>=|&&|\|\||[<>!+\-*/()\[\],.])""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
#: After a dot, names may have hyphens: ``needs.build-all.result``.
_AFTER_DOT = re.compile(r"[A-Za-z_]\w*(?:-[A-Za-z]\w*)*", re.ASCII)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_OTHER_WORDS = {"&&": "and", "||": "or", "!": "not"}
_HINTS = {
    "=": "two values are compared with ==",
    "&": "write and",
    "|": "write or",
    "~": "there are no patterns: see contains(), starts_with() and ends_with()",
    '"': "the text has no end: a double quote is missing",
    "'": "the text has no end: a quote is missing",
    "$": "${{ }} stands around expressions in texts only, not inside them",
    "{": "there are no maps here",
    "?": 'there is no "? :"; use and, or, or two steps with conditions',
    "%": "there is no remainder",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its kind (number, name, text, mark, end), its value and its column, from 1."""

    kind: str
    value: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Split a text into words; raises Mistake at the first that is none."""
    if len(text) > LONGEST:
        raise Mistake(LONGEST, f"the expression has more than {LONGEST} characters", "divide it into several columns")
    place, dotted = 0, False
    while place < len(text):
        found = (dotted and _AFTER_DOT.match(text, place)) or _WORDS.match(text, place)
        if not found:
            raise Mistake(place + 1, f"cannot read {text[place]!r}", _HINTS.get(text[place], "see docs/pipelines.md"))
        kind = found.lastgroup or "name"
        if kind != "space":
            yield _token(kind, found[0], place + 1)
            dotted = found[0] == "."
        place = found.end()
    yield Token("end", "", len(text) + 1)


def _token(kind: str, word: str, at: int) -> Token:
    if kind == "text":
        return Token(kind, re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), word[1:-1], flags=re.DOTALL), at)
    if word in _OTHER_WORDS:
        return Token("name", _OTHER_WORDS[word], at)
    return Token(kind, word, at)
