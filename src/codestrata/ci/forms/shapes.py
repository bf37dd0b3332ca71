"""Kinds of values that have others in them: lists, maps with any names, maps with known keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.ci.document import Entry, Mark, Problems, Scalar, Several, Table, Value
from codestrata.ci.expressions.mistakes import article, meant
from codestrata.ci.forms.given import Given
from codestrata.ci.forms.kinds import MISFIT, Kind, wrong


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; ``single``: one value may stand for a list of it."""

    of: Kind
    single: bool = True
    empty: bool = True
    most: int = 1000

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give the items that fit."""
        if not isinstance(value, Several):
            if not self.single or (isinstance(value, Scalar) and value.value is None):
                return wrong(value, name, "a list", problems, "write [a, b], or lines that begin with -")
            value = Several(value.mark, (value,))
        if not value.items and not self.empty:
            problems.error(value.mark, "empty", f'"{name}" is empty', "it needs at least one entry")
            return MISFIT
        if len(value.items) > self.most:
            problems.error(value.mark, "too-many", f'"{name}" has {len(value.items)} entries, at most {self.most}')
            return MISFIT
        fitted = [self.of.fit(one, name, problems) for one in value]
        return [one for one in fitted if one is not MISFIT]

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        inner = self.of.schema()
        several = {"type": "array", "items": inner, "maxItems": self.most, **({} if self.empty else {"minItems": 1})}
        return {"anyOf": [several, inner]} if self.single else several

    def __str__(self) -> str:
        """Name it."""
        return f"list of {self.of}" + (", or one" if self.single else "")


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with names of the author's; ``pattern``: what they look like, ``looks`` in words."""

    of: Kind
    pattern: str = r"[A-Za-z_][\w-]{0,62}"
    looks: str = "names are letters, digits, - and _, at most 63, and begin with a letter"
    empty: bool = True
    most: int = 500

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give the entries that fit."""
        if not isinstance(value, Table):
            return wrong(value, name, "a map", problems, "write lines such as name: value")
        if not value.entries and not self.empty:
            problems.error(value.mark, "empty", f'"{name}" is empty', "it needs at least one entry")
            return MISFIT
        if len(value.entries) > self.most:
            problems.error(value.mark, "too-many", f'"{name}" has {len(value.entries)} entries, at most {self.most}')
            return MISFIT
        values: dict[str, Any] = {}
        for entry in value:
            if not re.fullmatch(self.pattern, entry.key, re.ASCII):
                problems.error(entry.mark, "wrong-name", f'"{entry.key[:60]}" is no name for "{name}"', self.looks)
                continue
            fitted = self.of.fit(entry.value, entry.key, problems)
            if fitted is not MISFIT:
                values[entry.key] = fitted
        return Given(value.mark, values, {entry.key: entry.mark for entry in value})

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        least = {} if self.empty else {"minProperties": 1}
        names = {"pattern": f"^(?:{self.pattern})$"}
        return {"type": "object", "propertyNames": names, "additionalProperties": self.of.schema(), **least}

    def __str__(self) -> str:
        """Name it."""
        return f"map of {self.of}"


@dataclass(frozen=True, slots=True)
class Key:
    """A key: the kind of its value and what it means. ``usual``: what holds without it, for the documentation."""

    kind: Kind
    about: str
    required: bool = False
    usual: str = ""


#: What single words are in JSON.
_PLAIN: Mapping[str, bool | None] = {"true": True, "false": False, "": None}


@dataclass(frozen=True, slots=True)
class Either:
    """A map of one kind, or anything else of another."""

    table: Kind
    other: Kind

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Take what fits."""
        return (self.table if isinstance(value, Table) else self.other).fit(value, name, problems)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema."""
        return {"anyOf": [self.table.schema(), self.other.schema()]}

    def __str__(self) -> str:
        """Name it."""
        return f"{self.table}, or {self.other}"


@dataclass(frozen=True, slots=True)
class Record:
    """A map with known keys.

    ``short``: the key that a value which is no map stands for; ``words``: what single words stand for. ``one_of``:
    keys of which exactly one has to be there; ``some_of``: at least one. ``others``: the kind of keys with names of
    the author's.
    """

    name: str
    keys: Mapping[str, Key]
    short: str = ""
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    others: Kind | None = None

    def fit(self, value: Value, name: str, problems: Problems) -> Any:
        """Give the values of known keys that fit; tells of unknown and of missing ones."""
        if isinstance(value, Scalar) and value.text in self.words:
            return Given(value.mark, dict(self.words[value.text]), {})
        if not isinstance(value, Table):
            if not self.short or (isinstance(value, Scalar) and value.value is None):
                return wrong(value, name, "a map", problems, self._hint())
            value = Table(value.mark, {self.short: Entry(self.short, value.mark, value)})
        values = dict(self._values(value, problems))
        self._missing(value, name, problems)
        return Given(value.mark, values, {entry.key: entry.value.mark for entry in value})

    def _values(self, table: Table, problems: Problems) -> Iterator[tuple[str, Any]]:
        for entry in table:
            key = self.keys.get(entry.key)
            kind = key.kind if key else self.others
            if kind is None:
                self._unknown(entry.key, entry.mark, problems)
                continue
            fitted = kind.fit(entry.value, entry.key, problems)
            if fitted is not MISFIT:
                yield entry.key, fitted

    def _unknown(self, key: str, mark: Mark, problems: Problems) -> None:
        where = article(f" in a {self.name}") if self.name != "pipeline" else ""
        problems.error(mark, "unknown-key", f'unknown key "{key[:60]}"{where}', meant(key, self.keys))

    def _missing(self, table: Table, name: str, problems: Problems) -> None:
        meant_by = self._misspelt(table)
        for key, about in self.keys.items():
            if about.required and key not in table.entries and key not in meant_by:
                said = f'"{key}" is missing in {self.name} "{name}"' if name else f'"{key}" is missing'
                problems.error(table.mark, "missing-key", said, about.about)
        if not meant_by & {*self.one_of, *self.some_of}:
            self._either(table, problems)

    def _misspelt(self, table: Table) -> set[str]:
        """Give the keys that unknown ones were probably meant for: told as unknown, they are not told as missing."""
        hints = [meant(entry.key, self.keys) for entry in table if entry.key not in self.keys and not self.others]
        return {key for key in self.keys for hint in hints if f'"{key}"' in hint}

    def _either(self, table: Table, problems: Problems) -> None:
        of = self.one_of or self.some_of
        given = [key for key in of if key in table.entries]
        if of and (not given or (self.one_of and len(given) > 1)):
            either = " or ".join(f'"{key}"' for key in of)
            if given:
                problems.error(
                    table.entries[given[1]].mark, "one-key", article(f"a {self.name} has either {either}"), "remove one"
                )
            else:
                problems.error(
                    table.mark, "missing-key", article(f"a {self.name} needs {either}"), self.keys[of[0]].about
                )

    def _hint(self) -> str:
        return f"its keys are {', '.join(self.keys)}" if self.keys else ""

    @property
    def anchor(self) -> str:
        """Give its name as links and references have it."""
        return re.sub(r"[^a-z]+", "-", self.name.lower())

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema: a reference to ``body``, for it is there once."""
        return {"$ref": f"#/$defs/{self.anchor}"}

    def body(self) -> dict[str, Any]:
        """Give the JSON Schema that ``schema`` refers to."""
        shape: dict[str, Any] = {
            "type": "object",
            "properties": {key: {**one.kind.schema(), "description": one.about} for key, one in self.keys.items()},
            "additionalProperties": self.others.schema() if self.others else False,
        }
        if required := [key for key, one in self.keys.items() if one.required]:
            shape["required"] = required
        if self.one_of:
            shape["oneOf"] = [{"required": [key]} for key in self.one_of]
        if self.some_of:
            shape["anyOf"] = [{"required": [key]} for key in self.some_of]
        others: list[dict[str, Any]] = [{"enum": [_PLAIN.get(word, word) for word in self.words]}] if self.words else []
        if self.short:
            others.append(self.keys[self.short].kind.schema())
        return {"anyOf": [shape, *others]} if others else shape

    def __str__(self) -> str:
        """Name it."""
        words = "".join(f", or `{word}`" for word in self.words if word)
        return f"[{self.name}](#{self.anchor}){words}"
