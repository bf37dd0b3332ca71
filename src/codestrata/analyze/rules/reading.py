"""YAML into plain values, with the line of each. Tags mean nothing, texts stay as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from codestrata.analyze.rules.mistakes import Mistake, Path

#: Bytes of one file, values in it (aliases with all they stand for), and levels, at most.
MOST_BYTES = 1 << 20
MOST_VALUES = 100_000
DEEPEST = 40
#: Keys whose values are texts, whatever they look like: ``since: 3.10`` is no number, ``kind: true`` no truth.
TEXTS = frozenset(
    {"id", "level", "type", "language", "description", "tier", "domain", "since", "tool", "evidence"}
    | {"positive", "negative", "kind", "regex", "pattern", "field", "context", "selector", "strictness"}
    | {"matches", "stopBy"}
)
_PREFIX = "tag:yaml.org,2002:"
_TRUTHS = {"true": True, "false": False}


@dataclass(slots=True)
class Document:
    """One document: its value, and the line (from 1) of each value in it by its path."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Give the line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Refused(Exception):
    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def read(data: bytes, file: str, mistakes: list[Mistake]) -> list[Document]:
    """Read the documents of a file's bytes; ``file`` is how messages name it. What cannot be read is a mistake."""
    found: list[Document] = []
    try:
        _check_size(data)
        for node in _composed(data.decode("utf-8-sig")):
            document = Document()
            document.value = _Reader(document).value(node, (), text=False)
            found.append(document)
    except UnicodeDecodeError as error:
        mistakes.append(Mistake(file, data.count(b"\n", 0, error.start) + 1, "the file is not UTF-8", "save it so"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = " ".join(f"{getattr(error, 'problem', None) or error}".split())
        hint = "is a line indented too far or not far enough, or a text with ': ' or '#' not in quotes?"
        mistakes.append(Mistake(file, where.line + 1 if where else 1, f"this is no YAML: {said}", hint))
    except _Refused as refused:
        mistakes.append(Mistake(file, refused.line, refused.message, refused.hint))
    return found


def _check_size(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise _Refused(1, f"the file has {len(data):,} bytes; at most {MOST_BYTES:,} are read", "divide it")


def _composed(text: str) -> Iterator[Any]:
    yield from yaml.compose_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class _Reader:
    """Turns the nodes of one document into values."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.total = 0

    def value(self, node: Any, path: Path, *, text: bool) -> Any:
        """Give what a node stands for; ``text``: scalars below are texts."""
        line = node.start_mark.line + 1
        self.document.lines.setdefault(path, line)
        self.total += 1
        if self.total > MOST_VALUES or len(path) > DEEPEST:
            raise _Refused(line, f"more than {MOST_VALUES:,} values or {DEEPEST} levels, aliases with what they are")
        if isinstance(node, yaml.MappingNode):
            return self._table(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, i), text=text) for i, one in enumerate(node.value)]
        return node.value if text or node.style else _meaning(node)

    def _table(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused(line, "a key has to be a single word")
            if key.value in found:
                raise _Refused(line, f'the key "{key.value}" is here twice')
            self.document.lines[(*path, key.value)] = line
            found[key.value] = self.value(value, (*path, key.value), text=key.value in TEXTS)
        return found


def _meaning(node: Any) -> str | int | bool | None:
    """Give what a plain word stands for: whole numbers, truths and nothing; all else is text."""
    word: str = node.value
    if node.tag == f"{_PREFIX}int" and word.lstrip("+-").isdecimal():
        return int(word)
    if node.tag == f"{_PREFIX}null":
        return None
    return _TRUTHS.get(word.lower(), word)
