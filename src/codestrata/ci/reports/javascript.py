"""Tools for JavaScript and TypeScript: ESLint, the TypeScript compiler, ``npm audit``.

Sources: ESLint's documentation, "Formatters", json; TypeScript's ``formatDiagnostics`` (``--pretty false``); npm's
documentation, ``npm audit`` (audit report version 2; version 1 of npm 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2

from codestrata.ci.records import Finding, Metric
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.jsons import at, each, entries, load, number, text
from codestrata.ci.reports.texts import count, lines

_TSC = re2.compile(
    r"(?:(?P<path>[^\s(:][^(:]*)(?:\((?P<line>\d+),(?P<column>\d+)\):|:(?P<line2>\d+):(?P<column2>\d+) -) )?"
    r"(?P<level>error|warning|message) (?P<rule>TS\d+): (?P<message>.*)"
)
_SEVERE = 2
_LOCK = "package-lock.json"


def eslint_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``eslint -f json``; a file that cannot be parsed has a message without a rule."""
    for file in each(load(data)):
        said = text(file, "source").split("\n")
        for one in each(file, "messages"):
            line = number(one, "line")
            yield Finding(
                tool="eslint",
                rule=text(one, "ruleId") or "parse-error",
                level="error" if number(one, "severity") == _SEVERE else "warning",
                message=text(one, "message"),
                path=text(file, "filePath"),
                line=line,
                column=number(one, "column"),
                end_line=number(one, "endLine"),
                end_column=number(one, "endColumn"),
                snippet=said[line - 1] if 0 < line <= len(said) else "",
            )


def tsc(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read what ``tsc`` prints, plain or pretty; lines that go on are left out."""
    for line in lines(data):
        if found := _TSC.match(line):
            yield Finding(
                tool="tsc",
                rule=found["rule"],
                level=found["level"],
                message=found["message"],
                path=found["path"] or "",
                line=count(found["line"] or found["line2"]),
                column=count(found["column"] or found["column2"]),
            )


def npm_audit(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``npm audit --json``: a finding for every advisory about every package."""
    report = load(data)
    vulnerabilities, old = entries(report, "vulnerabilities"), entries(report, "advisories")
    if at(report, "error") is not None:
        raise Unreadable(f"npm says: {text(report, 'error', 'summary') or text(report, 'message')}")
    if at(report, "vulnerabilities") is None and not old:
        raise Unreadable("no report of npm audit: it has no vulnerabilities")
    for package in vulnerabilities.values():
        for one in each(package, "via"):
            if isinstance(one, dict):
                yield _advisory(one, text(one, "name"), text(one, "range"))
    for one in old.values():
        yield _advisory(one, text(one, "module_name"), text(one, "vulnerable_versions"))
    for severity, many in sorted(entries(report, "metadata", "vulnerabilities").items()):
        if isinstance(many, int):
            yield Metric(f"vulnerabilities.{severity}", many)
    for told in each(report, "problems"):
        yield Problem(told if isinstance(told, str) else "npm has a problem without a name")


def _advisory(one: Any, package: str, versions: str) -> Finding:
    """The rule is the advisory's public name, the end of its URL; else npm's number for it."""
    public = text(one, "url").rstrip("/").rpartition("/")[2]
    rule = public or str(number(one, "source") or number(one, "id"))
    return Finding("npm-audit", rule, text(one, "severity"), f"{package} {versions}: {text(one, 'title')}", _LOCK)
