"""Regular expressions taken apart, as far as automata need it: what is not understood here is left to RE2.

A piece is one of: a frozenset of bytes; ("and", pieces), one after the other; ("or", pieces); ("many", piece, least,
most), most None for any; ("at", what), what one of ``^ $ b B``. Source: RE2, "Syntax".
"""

from __future__ import annotations

from functools import cache, reduce
from typing import Any

Piece = Any

_DIGITS = frozenset(b"0123456789")
_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACES = frozenset(b"\t\n\f\r ")
_ASCII = frozenset(range(128))
_CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
_LETTERS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "a": 7}
#: Times that a piece may be repeated at most, as RE2 has it.
_MOST = 1000


def _several(*parts: tuple[int, int]) -> Piece:
    return ("and", [frozenset(range(low, high + 1)) for low, high in parts])


_REST = (0x80, 0xBF)
#: Any character beyond ASCII, in UTF-8. Source: The Unicode Standard, table 3-7.
_BEYOND = [
    _several((0xC2, 0xDF), _REST),
    _several((0xE0, 0xE0), (0xA0, 0xBF), _REST),
    _several((0xE1, 0xEF), _REST, _REST),
    _several((0xF0, 0xF0), (0x90, 0xBF), _REST, _REST),
    _several((0xF1, 0xF3), _REST, _REST, _REST),
    _several((0xF4, 0xF4), (0x80, 0x8F), _REST, _REST),
]
#: What an ASCII letter is the same as when case is ignored, beyond ASCII.
_FOLDED = {ord("k"): "\u212a".encode(), ord("s"): "\u017f".encode()}


class Unknown(Exception):
    """There is something in a regular expression that only RE2 knows."""


@cache
def parse(text: str) -> Piece:
    """Take a regular expression apart. Raises Unknown."""
    whole = text.removeprefix("(?i)")
    parser = _Parser(whole)
    found = parser.either(ignore_case=whole != text)
    if parser.at < len(whole):
        raise Unknown
    return found


class _Parser:
    """Reads a regular expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def take(self, size: int = 1) -> str:
        found = self.peek(size)
        if len(found) < size:
            raise Unknown
        self.at += size
        return found

    def either(self, *, ignore_case: bool) -> Piece:
        """Read alternatives up to a bracket or the end."""
        found = [self.row(ignore_case=ignore_case)]
        while self.peek() == "|":
            self.take()
            found.append(self.row(ignore_case=ignore_case))
        return found[0] if len(found) == 1 else ("or", found)

    def row(self, *, ignore_case: bool) -> Piece:
        found: list[Piece] = []
        while self.peek() not in {"", "|", ")"}:
            found.append(self.repeated(self.one(ignore_case=ignore_case)))
        return ("and", found)

    def repeated(self, piece: Piece) -> Piece:
        while (sign := self.peek()) in {"*", "+", "?", "{"} and sign:
            self.take()
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign) or self.count()
            if self.peek() == "?":  # not greedy: the same is found
                self.take()
            piece = ("many", piece, least, most)
        return piece

    def count(self) -> tuple[int, int | None]:
        inside, closed, _ = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        if not closed or not low.isdecimal() or not (high.isdecimal() or not high):
            raise Unknown
        self.at += len(inside) + 1
        least, most = int(low), int(high) if high else None if comma else int(low)
        if max(least, most or 0) > _MOST:
            raise Unknown
        return least, most

    def one(self, *, ignore_case: bool) -> Piece:
        letter = self.take()
        if letter == "(":
            return self.group(ignore_case=ignore_case)
        if letter == "[":
            return self.set(ignore_case=ignore_case)
        if letter == ".":
            return _characters(_ASCII - {10}, beyond=True)
        if letter in "^$":
            return ("at", letter)
        if letter == "\\":
            return self.escaped(ignore_case=ignore_case)
        return _letter(letter, ignore_case=ignore_case)

    def group(self, *, ignore_case: bool) -> Piece:
        if self.peek() == "?":
            self.take()
            while (letter := self.take()) != ":":
                if letter != "i":
                    raise Unknown
                ignore_case = True
        found = self.either(ignore_case=ignore_case)
        if self.take() != ")":
            raise Unknown
        return found

    def escaped(self, *, ignore_case: bool) -> Piece:
        letter = self.take()
        if letter.lower() in _CLASSES:
            if ignore_case and letter in "wW":  # letters beyond ASCII are the same as some of these
                if letter == "W":
                    raise Unknown
                return ("or", [_WORDS, *map(_literal, _FOLDED.values())])
            known = _CLASSES[letter.lower()]
            return known if letter.islower() else _characters(_ASCII - known, beyond=True)
        if letter in "bB":
            return ("at", letter)
        if letter in "Az":
            return ("at", "^" if letter == "A" else "$")
        return _letter(chr(self.code(letter)), ignore_case=ignore_case)

    def code(self, letter: str) -> int:
        """Give the character that a backslash and a letter stand for."""
        if letter in _LETTERS:
            return _LETTERS[letter]
        if letter.isalnum() or not letter.isascii():
            raise Unknown
        return ord(letter)

    def set(self, *, ignore_case: bool) -> Piece:
        """Read a class, behind its bracket."""
        negated = self.peek() == "^"
        self.at += negated
        found: set[int] = set()
        first = True
        while (letter := self.take()) != "]" or first:
            first = False
            if letter == "[" and self.peek() == ":":
                raise Unknown
            if letter == "\\" and self.peek().lower() in _CLASSES:
                found |= self.shorthand(self.take())
                continue
            low = self.code(self.take()) if letter == "\\" else ord(letter)
            high = self.upper(low)
            if not low <= high < 128:  # noqa: PLR2004 -- the end of ASCII
                raise Unknown
            found |= set(range(low, high + 1))
        if ignore_case:
            found |= {ord(chr(code).swapcase()) for code in found}
            if not negated and any(code in _FOLDED for code in found):
                return ("or", [frozenset(found), *(_literal(_FOLDED[code]) for code in found if code in _FOLDED)])
            if negated and any(code in _FOLDED for code in found):
                raise Unknown
        return _characters(_ASCII - found, beyond=True) if negated else frozenset(found)

    def shorthand(self, letter: str) -> frozenset[int]:
        if letter.isupper():
            raise Unknown
        return _CLASSES[letter]

    def upper(self, low: int) -> int:
        """Read the end of a range, where there is one."""
        if self.peek() != "-" or self.peek(2) in {"-]", "-"}:
            return low
        self.take()
        letter = self.take()
        return self.code(self.take()) if letter == "\\" else ord(letter)


def _characters(ascii_: frozenset[int], *, beyond: bool) -> Piece:
    return ("or", [ascii_, *_BEYOND]) if beyond else ascii_


def _literal(text: bytes) -> Piece:
    return ("and", [frozenset({byte}) for byte in text])


def _letter(letter: str, *, ignore_case: bool) -> Piece:
    if not letter.isascii():
        if ignore_case:
            raise Unknown
        return _literal(letter.encode())
    if not ignore_case or not letter.isalpha():
        return frozenset({ord(letter)})
    both = frozenset({ord(letter), ord(letter.swapcase())})
    more = [_literal(_FOLDED[code]) for code in both if code in _FOLDED]
    return ("or", [both, *more]) if more else both


def reversed_(piece: Piece) -> Piece:
    """Give the expression of the same texts read from their ends."""
    if isinstance(piece, frozenset):
        return piece
    what = piece[0]
    if what == "at":
        return ("at", {"^": "$", "$": "^"}.get(piece[1], piece[1]))
    if what == "many":
        return ("many", reversed_(piece[1]), *piece[2:])
    parts = [reversed_(part) for part in piece[1]]
    return (what, parts[::-1] if what == "and" else parts)


def sets(piece: Piece) -> frozenset[frozenset[int]]:
    """Give all sets of bytes in a piece."""
    if isinstance(piece, frozenset):
        return frozenset({piece})
    inner = piece[1] if piece[0] in {"and", "or"} else [piece[1]] if piece[0] == "many" else []
    return reduce(frozenset.union, map(sets, inner), frozenset())
