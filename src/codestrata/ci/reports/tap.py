"""The Test Anything Protocol. Source: version 14, testanything.org ("Grammar", "Subtests", "YAML Diagnostics")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import re2

from codestrata.ci.records import TestCase
from codestrata.ci.reports.base import Problem, Record, Source
from codestrata.ci.reports.junit import seconds
from codestrata.ci.reports.texts import count, lines

#: Characters that are kept of a diagnostic, and folders of subtests that are told apart.
_SAID, _DEEPEST = 4000, 32
_POINT = re2.compile(r"(?i)( *)(not )?ok\b(?: (\d+))?(?:\s*-)?\s*(.*?)(?:\s+#\s*(skip|todo)\b\S*\s*(.*))?$")
_SUBTEST = re2.compile(r"( *)# Subtest: (.*)")
_PLAN = re2.compile(r"1\.\.(\d+)(?:\s|$)")
_DURATION = re2.compile(r"\s*duration_ms:\s*([\d.]+)")


def tap(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read test points; those of a subtest belong to the suite of its name. A TODO that fails counts as skipped."""
    reading = _Reading()
    for line in lines(data):
        yield from reading.line(line)
    yield from reading.end()


@dataclass(slots=True)
class _Reading:
    """Where the reader stands: the subtests it is in, the last test point, whether in its diagnostic, and counts."""

    above: list[str] = field(default_factory=list)
    last: TestCase | None = None
    inside: bool = False
    planned: int = -1
    seen: int = 0

    def line(self, line: str) -> Iterator[Record]:
        """Take a line; gives the test before, when it is over."""
        if self.inside and self.last:
            self.inside = line.strip() != "..."
            self.last = _diagnosed(self.last, line) if self.inside else self.last
        elif line.strip() == "---":
            self.inside = self.last is not None
        elif found := _SUBTEST.match(line):
            self.above = [*self.above[: len(found[1]) // 4], found[2]][:_DEEPEST]
        elif found := _POINT.match(line):
            yield from [self.last] if self.last else []
            depth = len(found[1]) // 4
            self.seen += depth == 0
            self.last = _point(found, " / ".join(self.above[:depth]))
        elif found := _PLAN.match(line):
            self.planned = count(found[1])
        elif line.startswith("Bail out!"):
            yield Problem(f"the tests bailed out: {line[9:].strip()}")

    def end(self) -> Iterator[Record]:
        """Give the last test, and say whether tests are missing."""
        yield from [self.last] if self.last else []
        if self.planned < 0:
            yield Problem("it has no plan (1..N): the tests did not come to their end")
        elif self.seen < self.planned:
            yield Problem(f"{self.planned} tests were planned, {self.seen} are there")


def _point(found: Any, suite: str) -> TestCase:
    status = "skipped" if found[5] else "failed" if found[2] else "passed"
    return TestCase(suite, found[4] or found[3] or "", status, -1.0, found[6] or "")


def _diagnosed(case: TestCase, line: str) -> TestCase:
    if took := _DURATION.match(line):
        spent = seconds(took[1])
        return replace(case, seconds=spent / 1000 if spent >= 0 else spent)
    if case.status != "failed" or len(case.message) > _SAID:
        return case
    return replace(case, message=f"{case.message}{line.strip()}\n")
