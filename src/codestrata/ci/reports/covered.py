"""What tests reach: LCOV's trace files, Cobertura's XML, coverage.py's JSON.

Sources: geninfo(1), "FILES" (the trace file); Cobertura's ``coverage-04.dtd``; coverage.py's documentation, "JSON
reporting".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

from codestrata.ci.records import Coverage
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.jsons import at, entries, load, number
from codestrata.ci.reports.paths import relative
from codestrata.ci.reports.texts import count, lines
from codestrata.ci.reports.xmls import Element
from codestrata.ci.reports.xmls import load as load_xml

_CONDITIONS = re2.compile(r"\((\d+)/(\d+)\)")


@dataclass(slots=True)
class _File:
    """One file: whether each line is reached; of each branching how many ways are taken, and there are."""

    lines: dict[int, bool] = field(default_factory=dict)
    branches: dict[str, tuple[int, int]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def record(self, path: str) -> Coverage:
        """Count; where no line is named, what the report itself counted holds."""
        many = len(self.lines) or self.told.get("LF", 0)
        reached = sum(self.lines.values()) if self.lines else self.told.get("LH", 0)
        branches, taken = self.told.get("BRF", -1), self.told.get("BRH", -1)
        if self.branches:
            taken, branches = (sum(counts) for counts in zip(*self.branches.values(), strict=True))
        return Coverage(path, many, min(reached, many), branches, min(taken, branches))

    def branch(self, name: str, taken: int, ways: int) -> None:
        """Note a branching; of the same one told twice, the better holds."""
        before = self.branches.get(name, (0, 0))
        self.branches[name] = max(before[0], min(taken, ways)), max(before[1], ways)


def lcov(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read a trace file; sections about the same file are added up."""
    files: dict[str, _File] = {}
    one, inside = _File(), False
    for line in lines(data):
        key, _, value = line.partition(":")
        if key in {"SF", "end_of_record"}:
            inside = key == "SF"
        if key == "SF":
            one = files.setdefault(value, _File())
        elif key == "DA":
            number_, _, hits = value.partition(",")
            place = count(number_)
            one.lines[place] = one.lines.get(place, False) or count(hits.partition(",")[0]) > 0
        elif key == "BRDA":
            branch, _, taken = value.rpartition(",")
            one.branch(branch, int(taken.isdecimal() and count(taken) > 0), 1)
        elif key in {"LF", "LH", "BRF", "BRH"}:
            one.told[key] = count(value)
    if not files:
        raise Unreadable("no trace file of LCOV: it names no source file")
    for path, found in files.items():
        yield found.record(path)
    if inside:
        yield Problem("its last record has no end")


def cobertura(data: bytes, source: Source) -> Iterator[Record]:
    """Read the classes of Cobertura's XML, by their files; a file of several classes is added up."""
    root, problem = load_xml(data)
    if problem:
        yield Problem(problem)
    if root.name != "coverage":
        raise Unreadable(f"no report of Cobertura: its root is <{root.name[:80]}>")
    roots = [relative(one.text, source.root) for one in root.walk("source") if one.text.strip()]
    files: dict[str, _File] = {}
    for one in root.walk("class"):
        found = files.setdefault(_placed(one.get("filename"), roots, source), _File())
        for part in one.all("lines"):
            for line in part.all("line"):
                _line(found, line)
    for path, found in files.items():
        yield found.record(path)


def _line(found: _File, line: Element) -> None:
    place, hits = count(line.get("number")), line.get("hits")
    found.lines[place] = found.lines.get(place, False) or hits.strip("0") != ""
    conditions = _CONDITIONS.search(line.get("condition-coverage"))
    if conditions and line.get("branch").lower() == "true":
        found.branch(str(place), count(conditions[1]), count(conditions[2]))


def _placed(name: str, roots: list[str], source: Source) -> str:
    """Put a file under the first of the report's source folders that has it, else under the first."""
    places = [f"{folder}/{name}" if folder else name for folder in roots] or [name]
    if name.startswith("/"):
        return name
    return next((path for path in places if source.read_line(path, 1) is not None), places[0])


def coverage_py(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``coverage json``: what it counted of every file."""
    report = load(data)
    if at(report, "files") is None:
        raise Unreadable("no report of coverage.py: it has no files")
    measured = at(report, "meta", "branch_coverage") is True
    for path, found in entries(report, "files").items():
        branches = number(found, "summary", "num_branches") if measured else -1
        taken = number(found, "summary", "covered_branches") if measured else -1
        many, reached = number(found, "summary", "num_statements"), number(found, "summary", "covered_lines")
        yield Coverage(path, many, reached, branches, taken)
