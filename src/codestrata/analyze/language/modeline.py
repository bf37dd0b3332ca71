"""The editor mode that a file's first or last lines ask for.

Source: Linguist, ``strategy/modeline.rb``; Vim, ``:help modeline``.
Every step is linear in the text read, which is bounded: a hostile file cannot stall it.
"""

from __future__ import annotations

import re

LINES = 5
"""Lines looked at, at each end."""
END_BYTES = 2048
"""Bytes looked at, at each end."""

_EMACS_MODE = re.compile(rb"(?:^|[ \t;])mode[ \t]*:[ \t]*([^:;\s]+)", re.IGNORECASE)
_EMACS_SHORT = re.compile(rb"[ \t]*([^:;\s]+)[ \t]*\Z")
_VIM_START = re.compile(rb"(?:(?:^|[ \t])(?:vi|[Vv]im(?:[<=>]?[0-9]+)?)|[ \t]ex):", re.MULTILINE)
_VIM_SET = re.compile(rb"[ \t]*set?[ \t]")
_VIM_TYPE = re.compile(rb"(?:^|[ \t:])(?:filetype|ft|syntax)[ \t]?=(\w+)(?=$|[\s:])")
_ESCAPED = re.compile(rb"\\.")
_VIMBALL = b"UseVimball"
_EMACS_MARK = b"-*-"
_VIM_WORDS = (b"ft=", b"ft =", b"ft\t=", b"filetype", b"syntax")
TRACES = (_EMACS_MARK, *_VIM_WORDS)
"""Lines without any of these hold no modeline."""


def ends(text: bytes, tail: bytes) -> bytes:
    """Give the first and last lines of a file; ``tail`` is how it ends (``text`` itself where that is all of it)."""
    first = text[:END_BYTES].split(b"\n", LINES)[:LINES]
    count = LINES + tail.endswith(b"\n")
    last = tail[-END_BYTES:].rsplit(b"\n", count)[-count:]
    return b"\n".join(first + last)


def mode(lines: bytes) -> str:
    """Give the lower-case mode named in those lines, or ``""``."""
    found = b""
    if _EMACS_MARK in lines:
        found = _emacs(lines)
    if not found and any(word in lines for word in _VIM_WORDS):
        found = _vim(lines)
    return "" if found and _VIMBALL in lines else found.decode("latin-1").lower()


def _emacs(lines: bytes) -> bytes:
    for line in lines.split(b"\n"):
        _, opened, rest = line.partition(_EMACS_MARK)
        wish, closed, _ = rest.partition(_EMACS_MARK)
        found = (_EMACS_SHORT.match(wish) or _EMACS_MODE.search(wish)) if opened and closed else None
        if found:
            return found[1]
    return b""


def _vim(lines: bytes) -> bytes:
    for start in _VIM_START.finditer(lines):
        options = lines[start.end() :].split(b"\n", 1)[0]
        setting = _VIM_SET.match(options)
        if setting:
            options, closed, _ = options[setting.end() :].partition(b":")
            if not closed:
                continue
        found = _VIM_TYPE.search(_ESCAPED.sub(b"_", options))
        if found:
            return found[1]
    return b""
