"""Where comments and strings are, byte by byte in plain Python: the twin of ``native/lexer.h``."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_words import CONTINUES
from codestrata.kernels.syntax import Family, Kind, Rule, Where

_BLANK = b" \t\n\v\f\r"
_CHARACTER_BYTES = 4


@cache
def _triggers(family: Family) -> re.Pattern[bytes]:
    flags = re.IGNORECASE if family.ignore_case else 0
    return re.compile(b"[" + b"".join(re.escape(rule.open[:1].encode()) for rule in family.rules) + b"]", flags)


@cache
def _stops(rule: Rule) -> re.Pattern[bytes]:
    marks = [re.escape(rule.close.encode())] if rule.close else []
    if rule.escape:
        marks.insert(0, rb"\\")
    if rule.nested:
        marks.append(re.escape(rule.open.encode()))
    if not rule.multiline:
        marks.append(rb"\n")
    return re.compile(b"|".join(marks))


def lex(text: bytes, family: Family) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the bytes of comments and of strings, their delimiters included: two arrays of len(text)."""
    comment, string = np.zeros(len(text), np.bool_), np.zeros(len(text), np.bool_)
    if not family.rules:
        return comment, string
    triggers, at = _triggers(family), 0
    while hit := triggers.search(text, at):
        rule = _opening(text, hit.start(), family)
        if rule is None:
            at = hit.start() + 1
            continue
        at = _closing(text, hit.start() + len(rule.open), rule)
        (comment if rule.kind <= Kind.BLOCK else string)[hit.start() : at] = True
    return comment, string


def _opening(text: bytes, at: int, family: Family) -> Rule | None:
    for rule in family.rules:
        found = text[at : at + len(rule.open)]
        mark = (found.lower() if family.ignore_case else found) == rule.open.encode()
        if mark and _allowed(text, at, rule.where) and (rule.kind != Kind.CHARACTER or _is_character(text, at, rule)):
            return rule
    return None


def _allowed(text: bytes, at: int, where: Where) -> bool:
    before = text[at - 1 : at] if at else b"\n"
    if where == Where.SPACED:
        return before in {bytes([c]) for c in _BLANK + b";|&("}
    if where == Where.COLUMN:
        return before == b"\n"
    if where == Where.UNESCAPED:
        return before != b"\\"
    if where == Where.FIRST:
        return not text[text.rfind(b"\n", 0, at) + 1 : at].strip(_BLANK)
    return True


def _is_character(text: bytes, at: int, rule: Rule) -> bool:
    following = at + 1
    if text[following : following + 1] in {b"", b"\\"}:
        return following < len(text)
    following += 1
    while following < min(len(text), at + 1 + _CHARACTER_BYTES) and CONTINUES[text[following]]:
        following += 1
    return text[following : following + 1] == rule.close.encode()


def _closing(text: bytes, at: int, rule: Rule) -> int:
    """Find the place behind the end; a line comment and an unclosed string end before the newline."""
    depth = 1
    while hit := _stops(rule).search(text, at):
        mark, at = hit.group(), hit.end()
        if mark == b"\\" and rule.escape:
            at += 1
        elif mark == b"\n" and not rule.multiline:
            return hit.start()
        elif rule.close and mark == rule.close.encode():
            depth -= 1
            if depth == 0:
                return at
        else:
            depth += 1
    return len(text)
