"""What an expression can mean: a value that is known, an expression of ours, or neither; and how each is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is the same in every run."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Ours:
    """An expression of ours; ``truth``: it is true or false, not a text."""

    text: str
    truth: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither, and why."""

    why: str


Meaning = Known | Ours | Unknown


def truth(value: object) -> bool:
    """Say whether a known value counts as true. Source: as in grammar.py, "Operators"."""
    return value not in (None, False, "", 0) and value == value  # noqa: PLR0124 -- not a number is false


def condition(of: Ours) -> str:
    """Give an expression of ours that is true where GitHub takes the value for true; values of a matrix are texts."""
    typed = of.text.startswith(("matrix", "params"))
    return of.text if of.truth else f'{of.text} not in ["", "false"]' if typed else f'{of.text} != ""'


def written(of: Meaning) -> str:
    """Give a meaning as it stands in an expression of ours."""
    return of.text if isinstance(of, Ours) else quoted(plain(of.value)) if isinstance(of, Known) else '""'


def plain(value: object) -> str:
    """Give a known value as a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 -- exact until there
        return str(int(value))
    return str(value)


def quoted(text: str) -> str:
    """Give a text as a literal of ours; what cannot stand in one is left out."""
    kept = "".join(c for c in text if c.isprintable())
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
