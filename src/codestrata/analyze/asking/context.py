"""Context of a place at three scales: its file, its module, its system. Put together when asked, never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from codestrata.analyze.asking.patterns import patterns
from codestrata.analyze.asking.sources import Place, called
from codestrata.analyze.asking.wanted import Wanted
from codestrata.git.objects import Objects
from codestrata.model.paths import lines, readable
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.analyze.rules.rule import Rule
    from codestrata.engine.base import View

Scale = Literal["file", "module", "system"]
#: Entries of a list; what is more is counted.
MOST = 40
#: Bytes of code that are shown of one definition.
CODE = 8000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a context: what it is, and its lines, each with where it is from. ``more``: how many are left out."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    text: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a place, at one scale."""

    address: str
    scale: str
    parts: tuple[Part, ...] = field(default=())


def context(view: View, place: Place, scale: Scale, rules: Callable[[], Mapping[str, Rule]]) -> Context:
    """Give what surrounds a place; ``rules`` are asked for where a scale needs them: reading them takes a moment.

    ``file``: the definition around it with its code and documentation, the definitions around that, the file's imports
    and patterns. ``module``: what the module offers, what it imports here and who imports it. ``system``: what the
    repository is made of and stands on: architecture, packages, and reasons that speak of the file.
    """
    makers: Mapping[str, Iterable[Callable[[_Asked], Part]]] = {
        "file": (_around, _code, _imports, _patterns),
        "module": (_module, _offers, _uses, _used_by),
        "system": (_architecture, _packages, _reasons, _modules),
    }
    asked = _Asked(view, place, rules)
    parts = (make(asked) for make in makers[scale])
    return Context(place.address, scale, tuple(part for part in parts if part.lines or part.text))


class _Asked:
    """The tables of one place's snapshot."""

    def __init__(self, view: View, place: Place, rules: Callable[[], Mapping[str, Rule]]) -> None:
        self.view, self.place, self.rules = view, place, rules

    def at(self, line: int, last: int = 0, path: bytes | None = None) -> str:
        """Give the address of lines of the file, or of another."""
        file = readable(self.place.path if path is None else path)
        return file + lines(line, last) if line > 0 else file

    def of_blob(self, table: str, tail: str) -> Iterator[dict[str, Any]]:
        """Ask a table of syntax for the rows of the file's content."""
        return self._ask(self.view.files(table), "blob", self.place.blob, tail)

    def of_snapshot(
        self, table: str, tail: str, column: str = "", value: bytes | None = None
    ) -> Iterator[dict[str, Any]]:
        """Ask a table of the snapshot: rows whose ``column`` is the file's path (or ``value``), or all of them."""
        files = self.view.files(table, subject=self.place.repository.id)
        return self._ask(files, column, self.place.path if value is None else value, tail)

    def _ask(self, files: Any, column: str, value: bytes, tail: str) -> Iterator[dict[str, Any]]:
        if not files:
            return iter(())
        wanted: Columns = {"wanted": Varlen.of([value], text=False)}
        where = f'"{column}" = (select wanted from wanted_)' if column else "true"
        sql = f"select * exclude (file_row_number) from {self.view.tables.scan(files)} where {where} {tail}"
        return rows_of(self.view.tables.query(sql, wanted_=wanted))

    @cached_property
    def enclosing(self) -> list[dict[str, Any]]:
        """List the definitions around the line, innermost first."""
        line = self.place.first
        found = self.of_blob("definitions", f'and line <= {line} and last_line >= {line} order by "end" - start, start')
        return _once(found) if line else []


def _once(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop rows that say of one place what another language's reading of it said before."""
    return list({(row["start"], row["end"], row.get("name", "")): row for row in reversed(list(found))}.values())[::-1]


def _part(title: str, lines: Iterable[tuple[str, str]]) -> Part:
    every = list(dict.fromkeys(lines))
    return Part(title, tuple(every[:MOST]), more=max(0, len(every) - MOST))


def _around(asked: _Asked) -> Part:
    lines = [(asked.at(row["line"], row["last_line"]), called(row)) for row in asked.enclosing]
    if not lines:
        rows = _once(asked.of_blob("definitions", "order by start"))
        lines = [(asked.at(row["line"], row["last_line"]), called(row)) for row in rows if not row["owner"]]
        return _part("what the file defines", lines)
    return _part("where it is", lines)


def _code(asked: _Asked) -> Part:
    around = asked.enclosing
    if not around:
        return Part("code")
    inner = around[0]
    raw = Objects(asked.view.workspace / asked.place.snapshot.git_dir).one(asked.place.blob)
    documented = 0 <= inner["doc_start"] < inner["start"]
    start = inner["doc_start"] if documented else inner["start"]
    cut = min(inner["end"], start + CODE)
    return Part(f"code of {called(inner)}", text=raw[start:cut].decode("utf-8", "replace"), more=inner["end"] - cut)


def _imports(asked: _Asked) -> Part:
    rows = _once(asked.of_blob("imports", "order by start"))
    told = ((asked.at(r["line"]), f"{r['target']}{_names(r)} ({r['use']})") for r in rows)
    return _part("what the file imports", told)


def _names(row: Mapping[str, Any]) -> str:
    return f": {row['names']}" if row["names"] else ""


def _patterns(asked: _Asked) -> Part:
    place = asked.place
    wanted = Wanted(repository=place.repository.id, path=readable(place.path), vendored=True)
    around = asked.enclosing
    low, high = (around[-1]["line"], around[-1]["last_line"]) if around else (0, 1 << 31)
    found = (p for p in patterns(asked.view, wanted, asked.rules()) if low <= p.line_range[0] <= high)
    told = ((asked.at(*p.line_range), f"{p.hierarchy_level} {p.pattern_type}: {p.description}") for p in found)
    return _part("patterns here", sorted(told))


def _module(asked: _Asked) -> Part:
    rows = asked.of_snapshot("modules", "", "path")
    told = []
    for row in rows:
        figures = f"{row['lines']} lines, {row['public']} public, fan-in {row['fan_in']}, fan-out {row['fan_out']}"
        cycle = ", in a cycle" if row["cycle"] >= 0 else ""
        told.append((asked.at(0), f"{row['module']} of {row['unit'] or 'the repository'}: {figures}{cycle}"))
    return _part("module", told)


def _offers(asked: _Asked) -> Part:
    rows = _once(asked.of_blob("definitions", "and public and owner = '' order by start"))
    return _part("what it offers", ((asked.at(r["line"], r["last_line"]), called(r)) for r in rows))


def _uses(asked: _Asked) -> Part:
    rows = asked.of_snapshot("edges", "order by line", "path")
    first = {_end(r): r for r in reversed(list(rows))}  # several names out of one file are one thing to stand on
    told = sorted(first.items(), key=lambda item: item[1]["line"])
    return _part("what it stands on", ((asked.at(r["line"]), end) for end, r in told))


def _end(row: Mapping[str, Any]) -> str:
    return f"{readable(row['target']) or row['purl'] or row['import']} ({row['use']})"


def _used_by(asked: _Asked) -> Part:
    rows = asked.of_snapshot("edges", "order by path, line", "target")
    return _part("who imports it", ((asked.at(r["line"], path=r["path"]), f"({r['use']})") for r in rows))


def _architecture(asked: _Asked) -> Part:
    rows = asked.of_snapshot("patterns", "and level in ('L3', 'L4', 'L5', 'L6', 'L7') order by level, confidence desc")
    told = (
        (asked.at(r["line"], r["last_line"], r["path"]), f"{r['level']} {r['type']}: {r['description']}") for r in rows
    )
    return _part("what the repository is", told)


def _packages(asked: _Asked) -> Part:
    rows = asked.of_snapshot("dependencies", "order by scope <> 'runtime', purl")
    told = (
        (asked.at(r["line"], path=r["manifest"]), f"{r['purl']} {r['constraint']} ({r['scope']})".replace("  ", " "))
        for r in rows
    )
    return _part("packages it stands on", told)


def _reasons(asked: _Asked) -> Part:
    path = readable(asked.place.path)
    rows = asked.of_snapshot("reasons", "order by confidence desc")
    ours = {r["decision"] for r in rows if r["source"] == path or path in r["related_paths"]}
    quotes = asked.of_snapshot("quotations", "order by confidence desc, source, start")
    told = ((q["source"], f"{q['field']}: {q['quote']}") for q in quotes if q["decision"] in ours)
    return _part("reasons", told)


def _modules(asked: _Asked) -> Part:
    rows = asked.of_snapshot("modules", "order by fan_in desc, path")
    told = ((asked.at(0, path=r["path"]), f"fan-in {r['fan_in']}, fan-out {r['fan_out']}") for r in rows)
    return _part("modules, the most used first", told)
