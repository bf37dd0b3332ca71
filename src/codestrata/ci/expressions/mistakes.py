"""What is wrong with an expression: the text, the column, what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from codestrata.errors import InvalidInput


class ExpressionError(InvalidInput):
    """An expression that cannot be read, or does not fit its place; ``column`` counts from 1 within ``text``."""

    def __init__(self, message: str, *, text: str = "", column: int = 1, where: str = "", hint: str = "") -> None:
        super().__init__(f"{message}, at column {column} of `{_around(text, column)}`", where=where, hint=hint)
        self.bare = message
        self.text = text
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        """Keep all of it when the error crosses a process border."""
        return _rebuild, (self.bare, self.text, self.column, self.where, self.hint)


def _rebuild(message: str, text: str, column: int, where: str, hint: str) -> ExpressionError:
    return ExpressionError(message, text=text, column=column, where=where, hint=hint)


_SHOWN = 120


def _around(text: str, column: int) -> str:
    """Give a text in one line, or the part of it around a column."""
    start = max(0, min(column - _SHOWN // 2, len(text) - _SHOWN))
    shown = "".join(one if one.isprintable() else " " for one in text[start : start + _SHOWN])
    return ("…" if start else "") + shown + ("…" if start + _SHOWN < len(text) else "")


class Mistake(Exception):
    """A mistake before it is known in which text and where; the package's own."""

    def __init__(self, at: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.message = article(message)
        self.hint = article(hint)

    def told(self, text: str, where: str) -> ExpressionError:
        """Give the error that users see."""
        return ExpressionError(self.message, text=text, column=self.at, where=where, hint=self.hint)


def article(text: str) -> str:
    """Write "an int" where "a int" was put together."""
    return re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", text)


def meant(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known word was meant, or list what is known."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known here: {', '.join(names[:_LISTED])}{', …' if len(names) > _LISTED else ''}" if names else ""


_LISTED = 20
