"""YAML of others: every value with its line, in bounded time and memory, whatever the text is.

Plain scalars are read by the YAML 1.2 core schema (``on`` and ``no`` are texts), as the systems we read from do.
Anchors, aliases and merge keys are resolved; a tag is kept and left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codestrata.ci.document.core import NULLS, TRUTHS
from codestrata.errors import InvalidInput

#: Characters of a file; a longer one is data.
MOST = 1 << 20
#: Values of a file, those behind aliases counted each time.
_VALUES = 200_000
_DEPTH = 64

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+")


@dataclass(slots=True)
class Value:
    """A value: text, truth value, None, list or mapping of values. ``text`` is it as a text, "" where it has none."""

    line: int
    data: str | bool | list[Value] | dict[str, Value] | None
    tag: str = ""
    weight: int = 1

    @property
    def text(self) -> str:
        """Give a scalar as a text."""
        if isinstance(self.data, bool):
            return "true" if self.data else "false"
        return self.data if isinstance(self.data, str) else ""

    @property
    def map(self) -> dict[str, Value]:
        """Give a mapping; anything else is an empty one."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def items(self) -> list[Value]:
        """Give a list, a scalar as a list of one, and nothing as none."""
        if isinstance(self.data, list):
            return self.data
        return [] if self.data is None or isinstance(self.data, dict) else [self]

    @property
    def texts(self) -> list[str]:
        """Give the scalars of a list (or the one scalar)."""
        return [one.text for one in self.items if not isinstance(one.data, dict | list)]

    @property
    def number(self) -> float:
        """Give a number; 0 where it is none."""
        try:
            found = float(self.text)
        except ValueError:
            return 0.0
        return found if 0 <= found < 1e9 else 0.0  # noqa: PLR2004 -- seconds, minutes and counts

    @property
    def true(self) -> bool:
        """Say whether it is the truth value true."""
        return self.data is True

    def get(self, name: str) -> Value:
        """Give a value of a mapping by its name; nothing, on the mapping's line, where there is none."""
        return self.map.get(name) or Value(self.line, None)

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return self.data is False or bool(self.data)


def read(text: str, where: str = "") -> Value:
    """Read the first document. Raises InvalidInput with the line."""
    import yaml

    if len(text) > MOST:
        raise InvalidInput(f"more than {MOST >> 20} MiB of YAML", where=where)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(where).build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise InvalidInput(f"no YAML: {problem}", where=f"{where}{line}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"no YAML: {error}", where=where) from error


class _Builder:
    """Builds values from a stream of parser events, without recursion."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.anchors: dict[str, Value] = {}
        self.count = 0

    def build(self, events: Iterator[Any]) -> Value:
        """Give the first document's root; nothing for an empty stream."""
        open_: list[tuple[Value, list[Value]]] = []
        for event in events:
            kind = type(event).__name__
            if kind in {"SequenceStartEvent", "MappingStartEvent"}:
                open_.append((self._begun(event, kind), []))
                if len(open_) > _DEPTH:
                    raise self._wrong(event, f"nested deeper than {_DEPTH}")
                continue
            if kind in {"SequenceEndEvent", "MappingEndEvent"}:
                value, parts = open_.pop()
                self._fill(value, parts)
            elif kind in {"ScalarEvent", "AliasEvent"}:
                value = self._scalar(event) if kind == "ScalarEvent" else self._alias(event, open_)
            else:
                continue
            self._counted(event, value)
            if not open_:
                return value
            open_[-1][1].append(value)
        return Value(1, None)

    def _begun(self, event: Any, kind: str) -> Value:
        value = Value(event.start_mark.line + 1, [] if kind.startswith("Seq") else {}, event.tag or "")
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def _fill(self, value: Value, parts: list[Value]) -> None:
        value.weight = 1 + sum(part.weight for part in parts)
        if isinstance(value.data, list):
            value.data = parts
            return
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for name, one in zip(parts[::2], parts[1::2], strict=False):
            if name.data == "<<":
                for source in one.data if isinstance(one.data, list) else [one]:
                    merged = {**source.map, **merged}
            else:
                own.setdefault(name.text, one)
        value.data = {**merged, **own}

    def _scalar(self, event: Any) -> Value:
        plain = event.style in {None, ""} and event.implicit[0]
        value = Value(event.start_mark.line + 1, _resolved(event.value) if plain else event.value, event.tag or "")
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def _alias(self, event: Any, open_: list[tuple[Value, list[Value]]]) -> Value:
        found = self.anchors.get(event.anchor)
        if found is None or any(found is above for above, _ in open_):
            raise self._wrong(event, f"no anchor {event.anchor!r}")
        return found

    def _counted(self, event: Any, value: Value) -> None:
        self.count += value.weight
        if self.count > _VALUES * _DEPTH or value.weight > _VALUES:
            raise self._wrong(event, f"more than {_VALUES} values")

    def _wrong(self, event: Any, why: str) -> InvalidInput:
        return InvalidInput(f"no YAML: {why}", where=f"{self.where}:{event.start_mark.line + 1}")


def _resolved(text: str) -> str | bool | None:
    """Read a plain scalar; a number is given as its own shortest text (``3.10`` is 3.1, as for its readers)."""
    if text in NULLS:
        return None
    if text in TRUTHS:
        return TRUTHS[text]
    if _NUMBER.fullmatch(text):
        return _number(text)
    return text


def _number(text: str) -> str:
    if text[:2] in {"0x", "0o"}:
        return str(int(text, 0))
    if not set(text) & set(".eE"):
        return text.lstrip("+")
    found = float(text)
    return str(int(found)) if found.is_integer() and abs(found) < 1e15 else repr(found)  # noqa: PLR2004 -- exact
