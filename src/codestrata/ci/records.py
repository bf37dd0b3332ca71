"""What comes of running a plan: steps, jobs, findings, tests, coverage, metrics, connections.

Each record is a row of the table of its name (``ci/schema.py``); there are no nulls: absence is "" or -1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.model.result import ResultClass


@dataclass(frozen=True, slots=True)
class StepResult:
    """One execution of one step. ``attempt`` and ``repeat`` count from 1. Times are seconds, memory is bytes.

    ``log`` is the output that was kept; ``output`` counts all bytes of it.
    """

    job: str
    step: int
    name: str
    result: ResultClass
    reason: str = ""
    attempt: int = 1
    repeat: int = 1
    code: int = -1
    evidence: Mapping[str, Any] = field(default_factory=dict)
    wall: float = 0.0
    cpu_seconds: float = -1.0
    memory: int = -1
    output: int = 0
    log: bytes = b""


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job ended. ``result`` is that of its first step that did not pass, or why none ran.

    ``evidence`` is what the result was told by where no step has it: artifacts that were too much.
    """

    id: str
    job: str
    result: ResultClass
    reason: str = ""
    matrix: Mapping[str, str] = field(default_factory=dict)
    runner: str = ""
    isolation: str = ""
    attempts: int = 1
    wall: float = 0.0
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a tool says of a place in the code. Lines and columns count from 1; 0 where it names none.

    ``level`` is error, warning, note or none (SARIF 2.1.0, section 3.58.6). ``fingerprint`` is the same as long as the
    flagged line says the same, wherever it moves within its file: see ``ci/reports/fingerprint.py``.
    """

    tool: str
    rule: str
    level: str
    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    snippet: str = ""
    fingerprint: str = ""
    job: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test of one run: ``status`` is passed, failed, error or skipped; ``repeat`` counts runs from 1."""

    suite: str
    name: str
    status: str
    seconds: float = -1.0
    message: str = ""
    path: str = ""
    job: str = ""
    report: str = ""
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """What tests reach of one file: lines and branches, covered and in all (-1: not measured)."""

    path: str
    lines: int
    covered: int
    branches: int = -1
    branches_covered: int = -1
    job: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a report gives by name."""

    name: str
    value: float
    job: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What became of one declared report in one run of its job's steps. ``problem``: why it is no judgement, or ""."""

    job: str
    report: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """A connection that a step asked for."""

    job: str
    step: int
    host: str
    port: int
    allowed: bool
    sent: int = 0
    received: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A kept file set: ``sha256`` and ``bytes`` of its tar file, which lies in the workspace under that hash."""

    job: str
    name: str
    files: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class Results:
    """All that came of one plan over one snapshot. ``problems``: reports that could not be read, and why.

    ``reports``: what became of those that were looked for; a declared one that is not there was never written.
    """

    jobs: list[JobResult] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tests: list[TestCase] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    reports: list[ReportResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    columns: dict[str, bool | int | float | str | None] = field(default_factory=dict)
