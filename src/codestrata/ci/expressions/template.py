"""Texts with expressions in them: ``cargo-${{ hash('Cargo.lock') }}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from codestrata.ci.expressions.evaluate import Scope
from codestrata.ci.expressions.expression import Expression, parse
from codestrata.ci.expressions.mistakes import ExpressionError
from codestrata.ci.expressions.types import ScopeTypes

_OPEN, _CLOSE = "${{", "}}"
#: Expressions in one text, at most.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions: texts and expressions in turn, as they stand. ``$${{`` stands for ``${{`` itself."""

    parts: tuple[str | Expression, ...]

    @classmethod
    def parse(cls, text: str, where: str = "") -> Self:
        """Read a text; raises ExpressionError, with the column within the whole text."""
        parts: list[str | Expression] = []
        place = 0
        while (start := text.find(_OPEN, place)) >= 0:
            if start and text[start - 1] == "$":
                parts.append(text[place : start - 1] + _OPEN)
                place = start + len(_OPEN)
                continue
            end = _end(text, start + len(_OPEN))
            if end < 0:
                hint = "close it with }}, or write $${{ for the characters themselves"
                raise ExpressionError("${{ has no end", text=text, column=start + 1, where=where, hint=hint)
            parts += [text[place:start], _inner(text, start + len(_OPEN), end, where)]
            place = end + len(_CLOSE)
            if len(parts) > 2 * _MOST:
                raise ExpressionError(f"more than {_MOST} expressions in one text", text=text, where=where)
        return cls(tuple(one for one in (*parts, text[place:]) if one != ""))

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Give the expressions in it."""
        return tuple(one for one in self.parts if isinstance(one, Expression))

    def check(self, scope: ScopeTypes) -> None:
        """Check every expression against the names there are; raises ExpressionError."""
        for one in self.expressions:
            kind = one.type(scope)
            if not kind.simple:
                raise one.error(f"a {kind} cannot be put into a text", "name one of its parts")

    def render(self, scope: Scope) -> str:
        """Give the text with the values in it; true and false are written so."""
        return "".join(one if isinstance(one, str) else written(one.evaluate(scope)) for one in self.parts)


def written(value: object) -> str:
    """Write a value into a text, as YAML would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _end(text: str, place: int) -> int:
    """Find the end of an expression: the first ``}}`` that is not within quotes; -1: there is none."""
    quote = ""
    while place < len(text):
        one = text[place]
        if quote:
            place += one == "\\"
            quote = "" if one == quote else quote
        elif one in "\"'":
            quote = one
        elif text.startswith(_CLOSE, place):
            return place
        place += 1
    return -1


def _inner(text: str, start: int, end: int, where: str) -> Expression:
    try:
        return parse(text[start:end], where, offset=start)
    except ExpressionError as error:
        column = error.column + start
        raise ExpressionError(error.bare, text=text, column=column, where=error.where, hint=error.hint) from None
