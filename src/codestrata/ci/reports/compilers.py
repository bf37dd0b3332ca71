"""Compilers and analysers of C, C++ and Java, and whatever else says ``path:line:column: level: message``.

Sources: Cppcheck's manual, "XML output"; clang-tidy's and GCC's diagnostics (GNU Coding Standards, "Formatting Error
Messages"); ``javac``'s manual, ``-Xlint``; Checkstyle's documentation, ``XMLLogger``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2

from codestrata.ci.records import Finding
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.texts import count, lines
from codestrata.ci.reports.xmls import load

_GNU = re2.compile(
    r"(?P<path>[^\s:][^:]*):(?P<line>\d+)(?::(?P<column>\d+))?:\s*"
    r"(?:(?P<level>fatal error|error|warning|note|info|style)\b:?\s*)?(?P<message>.*?)(?:\s+\[(?P<rule>[^\[\]]+)\])?$"
)
_JAVAC = re2.compile(r"([^\s:][^:]*\.java):(\d+): (error|warning): (?:\[([A-Za-z-]+)\] )?(.*)")


def gnu(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read lines of ``path:line:column: level: message [rule]``; column, level and rule need not be there."""
    for line in lines(data):
        if found := _GNU.match(line):
            yield _gnu(found, "lines")


def clang_tidy(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read what clang-tidy says; its notes belong to the warning before them. The flagged line follows."""
    last: Finding | None = None
    for line in lines(data):
        found = _GNU.match(line)
        if not found and last and not last.snippet:
            last = _with_snippet(last, line)
        if found and found["level"]:
            if last:
                yield last
            last = None if found["level"] == "note" else _gnu(found, "clang-tidy")
    if last:
        yield last


def _with_snippet(one: Finding, line: str) -> Finding:
    from dataclasses import replace

    return replace(one, snippet=line)


def _gnu(found: Any, tool: str) -> Finding:
    level = found["level"] or "warning"
    return Finding(
        tool=tool,
        rule=(found["rule"] or "").partition(",")[0] or level,
        level="error" if level == "fatal error" else level,
        message=found["message"],
        path=found["path"],
        line=count(found["line"]),
        column=count(found["column"]),
    )


def javac(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read what ``javac -Xlint:all`` says; the flagged line follows, and its column is that of the mark below it."""
    said = list(lines(data))
    for i, line in enumerate(said):
        if found := _JAVAC.match(line):
            mark = next((n for n in said[i + 2 : i + 4] if n.strip() == "^"), "")
            yield Finding(
                tool="javac",
                rule=found[4] or found[3],
                level=found[3],
                message=found[5],
                path=found[1],
                line=count(found[2]),
                column=mark.index("^") + 1 if mark else 0,
                snippet=said[i + 1] if i + 1 < len(said) else "",
            )


def cppcheck(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cppcheck --xml``: of an error's places the first is where it shows."""
    root, problem = load(data)
    if problem:
        yield Problem(problem)
    if root.name != "results":
        raise Unreadable(f"no report of Cppcheck: its root is <{root.name[:80]}>")
    for one in root.walk("error"):
        place = next(iter(one.all("location")), None)
        yield Finding(
            tool="cppcheck",
            rule=one.get("id"),
            level=one.get("severity"),
            message=one.get("verbose", "msg"),
            path=place.get("file") if place else "",
            line=count(place.get("line")) if place else 0,
            column=count(place.get("column")) if place else 0,
        )


def checkstyle(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read Checkstyle's XML, which many other tools write, too. A rule is a class; its last name is kept."""
    root, problem = load(data)
    if problem:
        yield Problem(problem)
    if root.name != "checkstyle":
        raise Unreadable(f"no report of Checkstyle: its root is <{root.name[:80]}>")
    for file in root.walk("file"):
        for one in file.all("error"):
            rule = one.get("source")
            yield Finding(
                tool="checkstyle",
                rule=rule.rpartition(".")[2] or "checkstyle",
                level=one.get("severity"),
                message=one.get("message"),
                path=file.get("name"),
                line=count(one.get("line")),
                column=count(one.get("column")),
            )
