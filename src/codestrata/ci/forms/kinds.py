"""Kinds of single values: what fits, what messages, the schema and the documentation say of it.

The tables of keywords are made of kinds; lint, JSON Schema and documentation are all made from those tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from codestrata.ci.document import Problems, Scalar, Value, shown
from codestrata.ci.expressions.mistakes import meant
from codestrata.ci.forms.given import Word

#: What does not fit; what is wrong has been told.
MISFIT = object()


class Kind(Protocol):
    """What a value may be."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give the value in plain form, or MISFIT after having told what is wrong; ``name`` is its key."""

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""

    def __str__(self) -> str:
        """Name it as people would."""


def wrong(value: Value, name: str, expected: str, problems: Problems, hint: str = "") -> Any:
    """Tell that a value is of another kind."""
    problems.error(value.mark, "wrong-type", f'"{name}" needs {expected}, not {shown(value)}', hint)
    return MISFIT


@dataclass(frozen=True, slots=True)
class Text:
    """A text. ``templates``: expressions may be in it; ``pattern``: what it looks like, ``looks`` in words."""

    templates: bool = False
    pattern: str = ""
    looks: str = ""
    empty: bool = True
    example: str = ""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take any single value as it is written: 3.10 stays 3.10."""
        if not isinstance(value, Scalar) or (value.value is None and not self.empty):
            return wrong(value, name, "a text", problems, self._hint(value))
        text = "" if value.value is None else value.text
        if not self.templates and "${{" in text:
            hint = "it has to be known before a repository is"
            problems.error(value.mark, "no-expressions", f'"{name}" cannot have ${{{{ }}}} in it', hint)
            return MISFIT
        if not text and not self.empty:
            problems.error(value.mark, "empty", f'"{name}" is empty', self.example and f"for example: {self.example}")
            return MISFIT
        if self.pattern and not re.fullmatch(self.pattern, text, re.ASCII):
            problems.error(value.mark, "wrong-text", f'"{name}" cannot be "{text[:60]}"', self.looks)
            return MISFIT
        return Word.at(text, value.mark, block=value.block)

    def _hint(self, value: Value) -> str:
        if not isinstance(value, Scalar) and self.templates:
            return 'is a text with { or [ or ": " in it not in quotes?'
        return self.example and f"for example: {self.example}"

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        kinds = ["string", "number", "boolean"] + (["null"] if self.empty else [])
        if not self.pattern:
            return {"type": kinds, **({} if self.empty else {"minLength": 1})}
        return {"type": kinds, "pattern": f"^(?:{self.pattern})$"}

    def __str__(self) -> str:
        """Name it."""
        return "text with `${{ }}`" if self.templates else "text"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: Sequence[str]

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take a known word."""
        if not isinstance(value, Scalar) or value.value is None:
            return wrong(value, name, f"one of {', '.join(self.words)}", problems)
        if value.text not in self.words:
            said = f'"{name}" cannot be "{value.text[:60]}"'
            problems.error(value.mark, "unknown-word", said, meant(value.text, self.words))
            return MISFIT
        return Word.at(value.text, value.mark)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"enum": list(self.words)}

    def __str__(self) -> str:
        """Name it."""
        return " or ".join(f"`{word}`" for word in self.words)


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, whole or not."""

    least: float = 0
    most: float = 1e9
    whole: bool = False

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take a number; a text in quotes is none."""
        number = value.value if isinstance(value, Scalar) else None
        expected = "a whole number" if self.whole else "a number"
        fitting = isinstance(number, int if self.whole else (int, float)) and not isinstance(number, bool)
        if not fitting or not isinstance(number, (int, float)):
            quoted = isinstance(value, Scalar) and re.fullmatch(r"\d+(\.\d+)?", value.text)
            return wrong(value, name, expected, problems, "write it without quotes" if quoted else "")
        if not self.least <= number <= self.most:
            said = f'"{name}" cannot be {number}'
            problems.error(value.mark, "out-of-range", said, f"it is {self.least:g} to {self.most:g}")
            return MISFIT
        return number

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"type": "integer" if self.whole else "number", "minimum": self.least, "maximum": self.most}

    def __str__(self) -> str:
        """Name it."""
        return "whole number" if self.whole else "number"


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take true or false only: ``yes`` is a text in YAML 1.2."""
        if not isinstance(value, Scalar) or not isinstance(value.value, bool):
            return wrong(value, name, "true or false", problems, "yes and no are texts in YAML 1.2")
        return value.value

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"type": "boolean"}

    def __str__(self) -> str:
        """Name it."""
        return "`true` or `false`"


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that is true or false; ``${{ }}`` may stand around it."""

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take a text, or true or false."""
        if not isinstance(value, Scalar) or value.value is None:
            return wrong(value, name, "a condition", problems, "for example: failure()")
        text = value.text.strip()
        if text.startswith("${{") and text.endswith("}}") and "${{" not in text[3:]:
            text = text[3:-2].strip()
        return Word.at(text, value.mark, block=value.block)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"type": ["string", "boolean"], "minLength": 1}

    def __str__(self) -> str:
        """Name it."""
        return "condition"
