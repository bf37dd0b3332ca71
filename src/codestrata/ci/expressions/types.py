"""The types of expressions: known before anything runs, so that a column's type is known when the file is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Type:
    """A type, by its kind.

    bool, int, float, str; list (of ``item``); record (named ``fields``); map (any name gives ``item``); table (rows
    with ``fields``).
    ``choices``: the only texts there can be. ``about``: what it is, for the documentation.
    """

    kind: str
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    about: str = ""

    def __str__(self) -> str:
        """Name it as messages do."""
        return f"list of {self.item}" if self.kind == "list" else self.kind

    @property
    def number(self) -> bool:
        """Say whether it can be counted with."""
        return self.kind in {"int", "float"}

    @property
    def simple(self) -> bool:
        """Say whether it can be a column's."""
        return self.kind in {"bool", "int", "float", "str"}

    def like(self, other: Type) -> bool:
        """Say whether values of both can be equal."""
        if self.kind == "list" and other.kind == "list":
            return self.item is None or other.item is None or self.item.like(other.item)
        return (self.kind == other.kind and self.simple) or (self.number and other.number)


BOOL = Type("bool")
INT = Type("int")
FLOAT = Type("float")
STR = Type("str")


def text(about: str = "", choices: tuple[str, ...] = ()) -> Type:
    """Give a text's type."""
    return Type("str", about=about, choices=choices)


def whole(about: str = "") -> Type:
    """Give a whole number's type."""
    return Type("int", about=about)


def number(about: str = "") -> Type:
    """Give a number's type."""
    return Type("float", about=about)


def truth(about: str = "") -> Type:
    """Give the type of true and false."""
    return Type("bool", about=about)


def record(fields: Mapping[str, Type], about: str = "") -> Type:
    """Give the type of something with named parts."""
    return Type("record", fields=fields, about=about)


def texts(about: str = "") -> Type:
    """Give the type of something that has a text for any name, "" where there is none."""
    return Type("map", item=STR, about=about)


#: What stands for a value that is not there: tables have no nulls, and neither has the language.
ABSENT: Mapping[str, bool | int | float | str] = {"bool": False, "int": -1, "float": -1.0, "str": ""}


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it takes, what it gives and means.

    ``takes``: one entry per argument: a type; or "table", the name of one; "field", an expression over its rows;
    "predicate", a condition on its rows. Those after the first ``needs`` may be left out; ``more``: the last may be
    repeated. ``gives`` is a type, or "field" for that of the field. ``call`` computes it from values; where there is
    none, the scope has the function, or it is an aggregate over rows.
    """

    name: str
    takes: tuple[Type | str, ...]
    gives: Type | str
    about: str
    needs: int
    more: bool = False
    call: Callable[..., object] | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class ScopeTypes:
    """What may be named in a place: names with their types, functions by name; ``called`` is what people call it."""

    called: str
    names: Mapping[str, Type]
    functions: Mapping[str, Function]
