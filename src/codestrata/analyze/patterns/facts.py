"""Types and members as detectors see them: rows of the tables of syntax, read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.analyze.patterns.sorts import Sort, sort_of

#: Kinds that are there to be implemented.
ABSTRACT = frozenset({"interface", "trait", "protocol"})
#: Languages whose types see each other.
FAMILY = {"TSX": "TypeScript", "JavaScript": "TypeScript", "C++": "C"}
#: Languages whose methods need not say what they give.
UNTYPED = frozenset({"Python", "JavaScript", "TypeScript", "TSX"})


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A field or method; ``does``: verb of a trait → what it is said of."""

    name: str
    kind: str
    sort: Sort
    of: str
    takes: tuple[Sort, ...]
    modifiers: frozenset[str]
    does: Mapping[str, frozenset[str]]
    trait: str
    path: str
    line: int
    last_line: int

    def calls(self, name: str) -> frozenset[str]:
        """Give the methods it calls on a field."""
        said = self.does.get("calls-field", frozenset())
        return frozenset(call.rpartition(".")[2] for call in said if call.rpartition(".")[0] == name)

    def touches(self, name: str) -> bool:
        """Say whether it puts something into a field, or calls it."""
        return bool(self.calls(name)) or name in self.said("assigns-field") | self.said("fills-field")

    @property
    def abstract(self) -> bool:
        """Whether others must give it a body."""
        return "abstract" in self.modifiers or "throws-only" in self.does

    def said(self, verb: str) -> frozenset[str]:
        """Give what a verb is said of; empty where it is not."""
        return self.does.get(verb, frozenset())


@dataclass(eq=False, slots=True)
class Type:
    """A type with its members, from wherever they are written."""

    name: str
    kind: str
    supertypes: tuple[str, ...]
    modifiers: frozenset[str]
    words: frozenset[str]
    language: str
    path: str
    blob: bytes
    start: int
    end: int
    line: int
    last_line: int
    fields: list[Member] = field(default_factory=list)
    methods: list[Member] = field(default_factory=list)
    traits: set[str] = field(default_factory=set)

    @property
    def abstract(self) -> bool:
        """Whether it is there to be implemented or extended."""
        return self.kind in ABSTRACT or "abstract" in self.modifiers or any(m.abstract for m in self.methods)

    @property
    def constructors(self) -> list[Member]:
        """Its constructors."""
        return [m for m in self.methods if m.kind == "constructor"]

    @property
    def plain(self) -> list[Member]:
        """Its methods that are no constructors."""
        return [m for m in self.methods if m.kind != "constructor"]

    @property
    def family(self) -> str:
        """Its language, or the one it shares types with."""
        return FAMILY.get(self.language, self.language)


def type_of(row: dict[str, Any], path: str) -> Type:
    """Read a row of **types**."""
    return Type(
        row["name"],
        row["kind"],
        tuple(name for name in row["supertypes"].split(",") if name),
        _words(row["modifiers"]),
        _words(row["words"]),
        row["language"],
        path,
        row["blob"],
        row["start"],
        row["end"],
        row["line"],
        row["last_line"],
    )


def member_of(row: dict[str, Any], path: str) -> Member:
    """Read a row of **members**."""
    does: dict[str, set[str]] = defaultdict(set)
    for trait in filter(None, row["traits"].split(",")):
        verb, _, what = trait.partition(":")
        does[verb].add(what)
    takes = row["takes"].split(",") if row["takes"] else []
    return Member(
        row["name"],
        row["kind"],
        sort_of(row["of"]),
        row["of"],
        tuple(sort_of(text) for text in takes if "self" not in text),
        _words(row["modifiers"]) | ({"by-value"} if takes and takes[0] in {"self", "mut self"} else set()),
        {verb: frozenset(what) for verb, what in does.items()},
        row["trait"],
        path,
        row["line"],
        row["last_line"],
    )
