"""What a report is read with, and what comes of it.

A parser is a function of a report's bytes and its :class:`Source`; it gives records as they come, and a
:class:`Problem` for what it cannot read. It need not care for paths, levels or fingerprints in their final form:
:mod:`codestrata.ci.reports.finish` sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from codestrata.ci.records import Coverage, Finding, Metric, TestCase

#: The largest report that is read, in bytes; larger ones are refused by their size, before they are read.
MAX_BYTES = 64 << 20
#: The most records that one report may give.
MAX_RECORDS = 200_000
#: The most problems that are told of one report.
MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, and where: one sentence.

    ``aside``: the report itself is whole; its tool says of single files or packages that it could not read them.
    """

    told: str
    aside: bool = False


class Unreadable(ValueError):
    """A report cannot be read any further; what came before counts. Never leaves this folder."""


def nothing_known(path: str, line: int) -> str | None:  # noqa: ARG001 -- the shape of a reader of lines
    """Know no line of any file."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a report comes from.

    ``tool``: its name in findings ("" takes the name that the report gives). ``root``: the work tree as the tool saw
    it. ``read_line(path, line)``: a line of a file of the tree (relative path; lines count from 1) without its end, or
    None. ``job`` and ``report`` are noted in every record.
    """

    tool: str = ""
    root: str = "/work"
    read_line: Callable[[str, int], str | None] = nothing_known
    job: str = ""
    report: str = ""


@dataclass(slots=True)
class Parsed:
    """All that one report says. ``whole``: nothing of it is missing, as far as its format tells."""

    findings: list[Finding] = field(default_factory=list)
    tests: list[TestCase] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    whole: bool = True


Record: TypeAlias = Finding | TestCase | Coverage | Metric | Problem
Parser: TypeAlias = Callable[[bytes, Source], Iterator[Record]]
