"""Programs whose places of rules are known: folders of marked files, and folders with a file of labels.

A **marked** folder has one folder for each grammar, with programs that say, in a comment at the end of a line, which
rules have to be found from this line on, and over how many lines more: ``# expect: python.dataclass+3``. All rules of
the grammar are judged there: what is found without a mark is wrong. Marks are taken out before a program is read.

A **labelled** folder has ``labels.json``: what a tool, or somebody else's fixtures, say of the programs beside it.
Rules are known there by the ``tool`` they name. Only lines are compared: a tool may point at a part of what we find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from codestrata.analyze.rules.load import Pack
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.errors import InvalidInput

#: Our own programs.
PLANTED = Path(__file__).parent / "data" / "planted"
LABELS = "labels.json"
_MARK = re.compile(rb"[ \t]*(?://|#|/\*)[ \t]*expect:[ \t]*([^\n*]*?)[ \t]*(?:\*/)?[ \t]*(?=\r?$)", re.MULTILINE)
_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\+(\d+))?")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A rule and where it is: first and last line, from 1. ``last`` 0: only known to be over the first line."""

    rule: str
    first: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """A program with what is in it. ``about``: the rules that are judged by it, and no others."""

    name: str
    grammar: str
    text: bytes
    about: frozenset[str]
    places: frozenset[Place]


class _Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of labels: what was ``judged``, and the places found, each [path, what, line]."""

    source: str
    judged: list[str]
    labels: list[tuple[str, str, int]]


def programs(pack: Pack, folder: Path) -> Iterator[Program]:
    """Give the programs of a set, marked or labelled. Raises InvalidInput."""
    if not folder.is_dir():
        raise InvalidInput("no such set of programs", where=str(folder))
    if (folder / LABELS).is_file():
        yield from _labelled(pack, folder)
    else:
        yield from _marked(pack, folder)


def _marked(pack: Pack, folder: Path) -> Iterator[Program]:
    grammars = {g.name for g in GRAMMARS}
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    if not files:
        raise InvalidInput("there are no programs here", where=str(folder), hint="folders are named after grammars")
    for path in files:
        grammar = path.relative_to(folder).parts[0]
        if grammar not in grammars:
            hint = f"folders here are named {', '.join(sorted(grammars))}"
            raise InvalidInput("no grammar has this name", where=str(path), hint=hint)
        yield marked(pack, path.relative_to(folder).as_posix(), grammar, path.read_bytes())


def marked(pack: Pack, name: str, grammar: str, text: bytes) -> Program:
    """Read the marks of a program. Raises InvalidInput: a mark names no rule of the grammar."""
    about = frozenset(rule.id for rule in pack.rules if grammar in rule.grammars)
    places = set()
    for found in _MARK.finditer(text):
        line = text.count(b"\n", 0, found.start()) + 1
        for rule, more in _NAMED.findall(found[1].decode()):
            if rule not in about:
                raise InvalidInput(f"there is no rule {rule} for {grammar}", where=f"{name}:{line}")
            places.add(Place(rule, line, line + int(more or 0)))
    return Program(name, grammar, _MARK.sub(b"", text), about, frozenset(places))


def _labelled(pack: Pack, folder: Path) -> Iterator[Program]:
    try:
        told = msgspec.json.decode((folder / LABELS).read_bytes(), type=_Labels)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"labels cannot be read: {error}", where=str(folder / LABELS)) from error
    suffixes = {suffix: grammar.name for grammar in GRAMMARS for suffix in _SUFFIXES.get(grammar.name, ())}
    by_tool: dict[str, list[str]] = {}
    for rule in pack.rules:
        if rule.tool in told.judged:
            by_tool.setdefault(rule.tool, []).append(rule.id)
    places: dict[str, set[Place]] = {}
    for path, what, line in told.labels:
        places.setdefault(path, set()).update(Place(rule, line) for rule in by_tool.get(what, ()))
    for file in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in suffixes):
        grammar, name = suffixes[file.suffix], file.relative_to(folder).as_posix()
        about = frozenset(r.id for r in pack.rules if grammar in r.grammars and r.tool in told.judged)
        known = frozenset(place for place in places.get(name, ()) if place.rule in about)
        yield Program(name, grammar, file.read_bytes(), about, known)


_SUFFIXES = {
    "python": (".py", ".pyi"),
    "rust": (".rs",),
    "go": (".go",),
    "javascript": (".js", ".mjs", ".cjs", ".jsx"),
    "typescript": (".ts", ".mts", ".cts"),
    "tsx": (".tsx",),
    "java": (".java",),
    "c": (".c", ".h"),
    "cpp": (".cc", ".cpp", ".hpp"),
}
