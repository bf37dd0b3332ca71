"""A file's text into values with their places. Nothing of it is ever made into objects; sizes and depths are limited.

PyYAML splits the text into events; what they mean is decided here: YAML 1.2's core schema, keys are texts, none twice,
one document, aliases count with all they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from codestrata.ci.document.core import PREFIX, meaning, tagged
from codestrata.ci.document.problem import Problems
from codestrata.ci.document.values import Entry, Mark, Scalar, Several, Table, Value

#: Bytes of one file, at most.
MOST_BYTES = 256 << 10
#: Levels, at most.
DEEPEST = 40
#: Values of one file, at most, aliases with all they stand for.
MOST_VALUES = 50_000

_MERGE = "<<"
_HINTS = {
    "mapping values are not allowed here": "is a line indented too far, or a text with ': ' not in quotes?",
    "could not find expected ':'": "is the colon after a key missing, or is a text not in quotes?",
    "did not find expected key": "is a line indented too far or not far enough?",
    "expected <block end>": "is a line indented too far or not far enough?",
    "found undefined alias": "the anchor (&name) has to stand before it",
    "found unexpected end of stream": "a quote is missing",
    "while scanning a quoted scalar": "a quote is missing",
}


class Unreadable(Exception):
    """The file cannot be read any further; what is wrong has been told."""


_BEGINS = "docs/pipelines.md begins with one of a few lines"


def read(data: bytes, file: str, problems: Problems, begins: str = _BEGINS) -> Value | None:
    """Read a file's bytes; ``file`` is how messages name it. Gives None where it cannot be read; says why.

    ``begins`` is the hint for a file with nothing in it.
    """
    top = Mark(file, 1, 1)
    if len(data) > MOST_BYTES:
        hint = "divide it, and name the parts under include"
        problems.error(top, "too-large", f"the file has {len(data):,} bytes; at most {MOST_BYTES:,} are read", hint)
        return None
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        mark = Mark(file, before.count(b"\n") + 1, column)
        problems.error(mark, "encoding", "the file is not UTF-8", "save it as UTF-8")
        return None
    return _Reader(text, file, problems).document(begins)


class _Reader:
    """The events of one text, and the anchors so far."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.text = text
        self.file = file
        self.problems = problems
        self.anchors: dict[str, Value | None] = {}
        self.total = 0

    def document(self, begins: str) -> Value | None:
        """Read the one document there is; ``begins`` is the hint where there is none."""
        try:
            self.events = self._events()
            found = self._root()
        except yaml.YAMLError as error:
            self._broken(error)
            return None
        except Unreadable:
            return None
        if found is None:
            self.problems.error(Mark(self.file, 1, 1), "empty-file", "the file is empty", begins)
        return found

    def _events(self) -> Iterator[Any]:
        yield from yaml.parse(self.text, yaml.SafeLoader)

    def _root(self) -> Value | None:
        found: Value | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    self._stop(event, "several-documents", "a second document begins", "one file is one pipeline")
                found = self._value(next(self.events), 0)
        return found

    def _mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _stop(self, event: Any, code: str, message: str, hint: str = "") -> None:
        self.problems.error(self._mark(event), code, message, hint)
        raise Unreadable

    def _value(self, event: Any, depth: int) -> Value:
        if depth > DEEPEST:
            self._stop(event, "too-deep", f"more than {DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        anchor = event.anchor
        if anchor:
            self.anchors[anchor] = None  # it has no value before its end
        if isinstance(event, yaml.ScalarEvent):
            found: Value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            found = self._several(event, depth)
        else:
            found = self._table(event, depth)
        if anchor:
            self.anchors[anchor] = found
        return found

    def _counted(self, event: Any, more: int) -> None:
        self.total += more
        if self.total > MOST_VALUES:
            said = f"more than {MOST_VALUES:,} values, counting aliases with all they stand for"
            self._stop(event, "too-many-values", said, "divide the file, or use fewer aliases")

    def _alias(self, event: Any) -> Value:
        if event.anchor not in self.anchors:
            hint = _HINTS["found undefined alias"]
            self._stop(event, "unknown-alias", f'there is no anchor "&{event.anchor}" before it', hint)
        found = self.anchors[event.anchor]
        if found is None:
            self._stop(event, "cycle-of-aliases", f'"*{event.anchor}" stands within what it stands for')
            raise Unreadable
        self._counted(event, found.size)
        return found

    def _scalar(self, event: Any) -> Scalar:
        self._counted(event, 1)
        plain = event.style is None and event.implicit[0]
        value: str | int | float | bool | None = meaning(event.value) if plain else event.value
        if event.tag and event.tag != "!":
            value, known = tagged(event.tag, event.value)
            if not known:
                self._tag(event)
        return Scalar(self._mark(event), value, event.value, block=event.style in {"|", ">"})

    def _tag(self, event: Any) -> None:
        name = event.tag.removeprefix(PREFIX)
        hint = "files are texts, numbers, lists and maps only: leave the tag out"
        self.problems.error(self._mark(event), "unknown-tag", f'the tag "{name}" is unknown, or does not fit', hint)

    def _several(self, event: Any, depth: int) -> Several:
        self._counted(event, 1)
        if event.tag and event.tag not in {"!", f"{PREFIX}seq"}:
            self._tag(event)
        items = []
        while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(inner, depth + 1))
        return Several(self._mark(event), tuple(items), 1 + sum(one.size for one in items))

    def _table(self, event: Any, depth: int) -> Table:
        self._counted(event, 1)
        if event.tag and event.tag not in {"!", f"{PREFIX}map"}:
            self._tag(event)
        entries: dict[str, Entry] = {}
        merged: list[Value] = []
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            key = self._key(inner, depth)
            value = self._value(next(self.events), depth + 1)
            if key.value == _MERGE and not key.block:
                merged.append(value)
            elif key.text in entries:
                first = entries[key.text].mark.line
                self.problems.error(
                    key.mark, "duplicate-key", f'the key "{key.text}" is here twice', f"first in line {first}"
                )
            else:
                entries[key.text] = Entry(key.text, key.mark, value)
        for one in merged:
            self._merge(one, entries)
        size = 1 + sum(1 + one.value.size for one in entries.values())
        return Table(self._mark(event), entries, size)

    def _key(self, event: Any, depth: int) -> Scalar:
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            self._stop(
                event, "key-is-no-text", "a key has to be a single word", "is {{ }} meant as a text? then quote it"
            )
        found = self._value(event, depth + 1)
        if not isinstance(found, Scalar):
            self._stop(event, "key-is-no-text", "a key has to be a single word")
            raise Unreadable
        return found

    def _merge(self, value: Value, entries: dict[str, Entry]) -> None:
        """Add what is under ``<<``: a map, or a list of maps; keys that are there stay."""
        for one in value.items if isinstance(value, Several) else (value,):
            if not isinstance(one, Table):
                hint = "write <<: *name of a map, or a list of such"
                self.problems.error(one.mark, "merge", '"<<" needs a map', hint)
                continue
            for entry in one:
                entries.setdefault(entry.key, entry)

    def _broken(self, error: yaml.YAMLError) -> None:
        """Say where the text is no YAML, and what may be the reason."""
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text[: error.position]
            mark = Mark(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            said = f"the character U+{int(error.character):04X} cannot be in a file"
            self.problems.error(mark, "character", said, "remove it")
            return
        where = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        mark = Mark(self.file, where.line + 1, where.column + 1) if where else Mark(self.file, 1, 1)
        said = " ".join(f"{getattr(error, 'problem', None) or error}".split())
        if "\\t" in said:
            self.problems.error(mark, "tab", "a tab stands where spaces have to", "indent with spaces")
            return
        whole = f"{said} {getattr(error, 'context', '') or ''}"
        hint = next((hint for part, hint in _HINTS.items() if part in whole), "")
        self.problems.error(mark, "yaml", f"this is no YAML: {said}", hint)
