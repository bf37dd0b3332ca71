"""Tools for Python: Ruff, Bandit, mypy, pip-audit.

Sources: Ruff's documentation, setting ``output-format``; Bandit's documentation, "Report Formatters", json; mypy's
documentation, ``--output json`` and "Error codes"; pip-audit's README, "Output formats".
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from codestrata.ci.records import Finding
from codestrata.ci.reports.base import Problem, Record, Source, Unreadable
from codestrata.ci.reports.jsons import at, documents, each, load, number, text
from codestrata.ci.reports.texts import count, lines

_MYPY = re2.compile(
    r"(?P<path>[^:\s][^:]*):(?P<line>\d+)(?::(?P<column>\d+))?(?::(?P<end>\d+):(?P<ending>\d+))?: "
    r"(?P<level>error|warning|note): (?P<message>.*?)(?:  \[(?P<rule>[a-z0-9-]+)\])?$"
)


def ruff_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``ruff check --output-format json``; what has no code is a syntax error."""
    for one in each(load(data)):
        rule = text(one, "code")
        yield Finding(
            tool="ruff",
            rule=rule or text(one, "name") or "syntax-error",
            level="warning" if rule else "error",
            message=text(one, "message"),
            path=text(one, "filename"),
            line=number(one, "location", "row"),
            column=number(one, "location", "column"),
            end_line=number(one, "end_location", "row"),
            end_column=number(one, "end_location", "column"),
        )


def bandit_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``bandit -f json``. Its columns count from 0."""
    report = load(data)
    if at(report, "results") is None:
        raise Unreadable("no report of Bandit: it has no results")
    for one in each(report, "errors"):
        yield Problem(f"{text(one, 'filename')}: {text(one, 'reason')}", aside=True)
    for one in each(report, "results"):
        line = number(one, "line_number")
        code = dict(row.split(" ", 1) for row in text(one, "code").splitlines() if " " in row)
        yield Finding(
            tool="bandit",
            rule=text(one, "test_id"),
            level=text(one, "issue_severity"),
            message=text(one, "issue_text"),
            path=text(one, "filename"),
            line=line,
            column=number(one, "col_offset", absent=-1) + 1,
            end_line=number(one, "line_range", -1, absent=line),
            snippet=code.get(str(line), ""),
        )


def mypy_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``mypy --output json``. Its columns count from 0."""
    for one in documents(data):
        if isinstance(one, Problem):
            yield one
            continue
        yield Finding(
            tool="mypy",
            rule=text(one, "code") or "mypy",
            level=text(one, "severity"),
            message=text(one, "message"),
            path=text(one, "file"),
            line=number(one, "line"),
            column=number(one, "column", absent=-1) + 1,
            end_line=number(one, "end_line"),
            end_column=number(one, "end_column", absent=-1) + 1,
        )


def mypy_text(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read what mypy says to people; what it cannot type at all it says without a line."""
    for line in lines(data):
        if found := _MYPY.match(line):
            yield Finding(
                tool="mypy",
                rule=found["rule"] or "mypy",
                level=found["level"],
                message=found["message"],
                path=found["path"],
                line=count(found["line"]),
                column=count(found["column"]),
                end_line=count(found["end"]),
                end_column=count(found["ending"]),
            )


def pip_audit(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``pip-audit -f json``: an error for every known vulnerability of every package."""
    report = load(data)
    packages = each(report) or each(report, "dependencies")
    if not packages and at(report, "dependencies") is None and not isinstance(report, list):
        raise Unreadable("no report of pip-audit: it has no dependencies")
    for package in packages:
        if reason := text(package, "skip_reason"):
            yield Problem(reason, aside=True)
        for one in each(package, "vulns"):
            fixed = ", ".join(v for v in each(one, "fix_versions") if isinstance(v, str))
            told = f"{text(package, 'name')} {text(package, 'version')}: {text(one, 'description')}".strip()
            told += f" (fixed in {fixed})" if fixed else ""
            yield Finding("pip-audit", text(one, "id"), "error", told, "requirements.txt")
