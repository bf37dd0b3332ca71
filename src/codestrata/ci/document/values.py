"""What a file says, with the place of every key and value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place: the file as messages name it, line and column from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: what it means, and how it is written. ``block``: a text of several lines (``|`` or ``>``)."""

    mark: Mark
    value: str | int | float | bool | None
    text: str
    block: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class Several:
    """A list. ``size`` counts the values in it, aliases with all they stand for."""

    mark: Mark
    items: tuple[Value, ...]
    size: int = 1

    def __iter__(self) -> Iterator[Value]:
        """Give the items."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a map, where it stands, and its value."""

    key: str
    mark: Mark
    value: Value


@dataclass(frozen=True, slots=True)
class Table:
    """A map, in the order of the file."""

    mark: Mark
    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 1

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries."""
        return iter(self.entries.values())

    def get(self, key: str) -> Value | None:
        """Give the value of a key, or None."""
        found = self.entries.get(key)
        return found.value if found else None

    def having(self, *entries: Entry) -> Table:
        """Give the map with other values for some keys; new keys come last."""
        return Table(self.mark, {**self.entries, **{one.key: one for one in entries}}, self.size)

    def without(self, *keys: str) -> Table:
        """Give the map without some keys."""
        return Table(self.mark, {key: one for key, one in self.entries.items() if key not in keys}, self.size)


Value = Scalar | Several | Table

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", type(None): "nothing"}


def shown(value: Value) -> str:
    """Say what kind of thing a value is, as messages do."""
    if isinstance(value, Several):
        return "a list"
    return "a map" if isinstance(value, Table) else _KINDS[type(value.value)]
