"""The last touch to what parsers give: one form of paths, texts and levels, no row twice, fingerprints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from codestrata.ci.records import Coverage, Finding, Metric, TestCase
from codestrata.ci.reports.base import MAX_PROBLEMS, MAX_RECORDS, Parsed, Problem, Record, Source, Unreadable
from codestrata.ci.reports.fingerprint import fingerprinted
from codestrata.ci.reports.paths import relative

#: Characters of a message, of the flagged line, and of a name that are kept.
_MESSAGE, _SNIPPET, _NAME = 4000, 400, 1000
_LEVELS = {
    "error": "error",
    "fatal": "error",
    "critical": "error",
    "high": "error",
    "failure": "error",
    "blocker": "error",
    "warning": "warning",
    "warn": "warning",
    "medium": "warning",
    "moderate": "warning",
    "major": "warning",
    "minor": "warning",
    "style": "note",
    "performance": "warning",
    "portability": "warning",
    "note": "note",
    "info": "note",
    "information": "note",
    "low": "note",
    "help": "note",
    "hint": "note",
    "none": "none",
    "ignore": "none",
}


def level(word: str, other: str = "warning") -> str:
    """Give a tool's word for how bad it is as a level of SARIF: error, warning, note or none."""
    return _LEVELS.get(word.strip().lower(), other)


def collect(records: Iterable[Record], source: Source) -> Parsed:
    """Put what a parser gives in its place. Never raises: what ends the reading is among the problems."""
    parsed = Parsed()
    findings: dict[Finding, None] = {}
    try:
        for count, record in enumerate(records):
            if count >= MAX_RECORDS:
                parsed.problems.append(f"more than {MAX_RECORDS:,} records: the rest is not read")
                parsed.whole = False
                break
            if isinstance(record, Finding):
                findings[_finding(record, source)] = None
            else:
                _put(record, parsed, source)
    except (Unreadable, RecursionError) as error:
        parsed.problems.append(str(error) or "nested too deeply")
        parsed.whole = False
    parsed.findings = fingerprinted(findings)
    parsed.problems = [_cut(told, _NAME) for told in parsed.problems[:MAX_PROBLEMS]]
    return parsed


def _put(record: Record, parsed: Parsed, source: Source) -> None:
    if isinstance(record, Problem):
        parsed.problems.append(record.told)
        parsed.whole = parsed.whole and record.aside
    elif isinstance(record, TestCase):
        parsed.tests.append(_test(record, source))
    elif isinstance(record, Coverage):
        path = _cut(relative(record.path, source.root), _MESSAGE)
        parsed.coverage.append(replace(record, path=path, job=source.job, report=source.report))
    elif isinstance(record, Metric):
        name = _cut(record.name, _NAME)
        parsed.metrics.append(replace(record, name=name, job=source.job, report=source.report))


def _test(one: TestCase, source: Source) -> TestCase:
    return replace(
        one,
        suite=_cut(one.suite, _NAME),
        name=_cut(one.name, _NAME),
        message=_cut(one.message.strip(), _MESSAGE),
        path=_cut(relative(one.path, source.root), _MESSAGE),
        job=source.job,
        report=source.report,
    )


def _finding(one: Finding, source: Source) -> Finding:
    path = _cut(relative(one.path, source.root), _MESSAGE)
    line = source.read_line(path, one.line) if path and one.line else None
    return replace(
        one,
        tool=_cut(source.tool or one.tool, _NAME),
        rule=_cut(one.rule, _NAME),
        level=level(one.level),
        message=_cut(one.message.strip(), _MESSAGE),
        path=path,
        snippet=_cut((one.snippet if line is None else line).strip(), _SNIPPET),
        fingerprint=_cut(one.fingerprint, _NAME),
        job=source.job,
        report=source.report,
    )


def _cut(text: str, most: int) -> str:
    """Give a text that every table can hold: no NUL, no half of a surrogate pair, not too long."""
    kept = text if len(text) <= most else f"{text[: most - 1]}…"
    return kept.replace("\0", "").encode("utf-8", "replace").decode()
