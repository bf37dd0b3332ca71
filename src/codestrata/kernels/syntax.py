"""How a comment-syntax family is written down: rules for comments and strings, words and operators that decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What a rule opens."""

    LINE = 0
    """A comment up to the end of the line."""
    BLOCK = 1
    """A comment up to ``close``."""
    STRING = 2
    """A string up to ``close``; it also ends with its line unless ``multiline``."""
    CHARACTER = 3
    """A character literal; only taken as one when ``close`` follows one character or a backslash follows ``open``."""


class Where(IntEnum):
    """Where a rule may begin."""

    ANYWHERE = 0
    SPACED = 1
    """At the start of the text or after white space or one of ``;|&(``."""
    FIRST = 2
    """As the first visible bytes of a line."""
    COLUMN = 3
    """In the first column of a line."""
    UNESCAPED = 4
    """Anywhere but after a backslash."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of comment or string opens and closes. ``open`` and ``close`` are 1 to 8 ASCII bytes.

    A family that ignores case ignores it here too. ``open`` is written in lower case then.
    """

    kind: Kind
    open: str
    close: str = ""
    where: Where = Where.ANYWHERE
    nested: bool = False
    multiline: bool = False
    escape: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One family. ``decisions`` are words of 1 to 8 bytes, each one more path through the code.

    ``operators`` is a subset of ``&&``, ``||``, ``?`` (every question mark), `` ? `` (one between white space) and,
    beside that, ``a?b`` (one right between a value and the beginning of another: in ``x?.y``, ``x ?? y``, ``T?`` and
    ``f?(x)`` a question mark decides nothing). Both empty means that complexity does not apply. The first rule that
    matches at a place wins.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    decisions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    ignore_case: bool = False
