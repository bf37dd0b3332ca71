"""The nouns of a draft. Times are seconds; texts may hold ``${{ … }}`` of our own expressions.

A draft is what conversion and derivation write; the compiler reads what they wrote as any other file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

#: What a name of a job may hold; the rest becomes a hyphen.
_OTHER = re.compile(r"[^a-z0-9_-]+")
#: Characters of a name of a job: 48 are allowed, some are left for what is put behind it.
_LONGEST = 36


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """Something of the source that is not in the draft: its line (from 1; 0: none), what it is, and why."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        """Give it as one line."""
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.what}: {self.why}"


@dataclass(slots=True)
class Step:
    """One step; ``notes`` stand above it as comments."""

    run: str
    name: str = ""
    shell: str = "sh"
    folder: str = "."
    env: dict[str, str] = field(default_factory=dict)
    condition: str = ""
    on_failure: str = "stop"
    timeout: float = 0
    retries: int = 0
    notes: list[str] = field(default_factory=list)
    line: int = 0


@dataclass(slots=True)
class Service:
    """Something that runs beside the steps; ``tcp``: the port that answers when it is ready."""

    name: str
    image: str = ""
    command: str = ""
    env: dict[str, str] = field(default_factory=dict)
    tcp: int = 0


@dataclass(slots=True)
class Cache:
    """Paths that are kept between runs under a key."""

    key: str
    paths: list[str]
    restore: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Artifact:
    """Files to keep, for how many days (0: as long as the workspace)."""

    paths: list[str]
    name: str = ""
    days: float = 0


@dataclass(slots=True)
class Report:
    """A file to read results from."""

    name: str
    format: str
    path: str
    tool: str = ""


@dataclass(slots=True)
class Matrix:
    """Axes, or whole combinations (``rows``); never both. ``most``: so many at once (0: no limit)."""

    axes: dict[str, list[str]] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    most: int = 0

    @property
    def names(self) -> set[str]:
        """Give the names that expressions may ask for."""
        return set(self.axes) | {name for row in self.rows for name in row}


@dataclass(slots=True)
class Job:
    """One job; ``registries`` are those its steps may reach (none: no network)."""

    name: str
    steps: list[Step] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    matrix: Matrix = field(default_factory=Matrix)
    condition: str = ""
    image: str = ""
    env: dict[str, str] = field(default_factory=dict)
    registries: list[str] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    caches: list[Cache] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    timeout: float = 0
    retries: int = 0
    continue_on_error: bool = False
    parallel: bool = False
    notes: list[str] = field(default_factory=list)
    line: int = 0


@dataclass(slots=True)
class Notice:
    """Somebody to tell at the end."""

    kind: str
    target: str
    condition: str = ""


@dataclass(slots=True)
class Draft:
    """A pipeline. ``columns`` are name → expression; ``on`` are triggers as they stand in the file."""

    name: str
    description: str = ""
    on: dict[str, object] = field(default_factory=dict)
    require: list[str] = field(default_factory=list)
    parameters: dict[str, dict[str, object]] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    timeout: float = 0
    retries: int = 0
    jobs: list[Job] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def drop_missing(self) -> None:
        """Take jobs without a step out; who needed one needs what it needed."""
        while gone := next((job for job in self.jobs if not job.steps), None):
            self.jobs.remove(gone)
            for job in self.jobs:
                if gone.name in job.needs:
                    at = job.needs.index(gone.name)
                    job.needs[at : at + 1] = gone.needs
        known = {job.name for job in self.jobs}
        for job in self.jobs:
            job.needs = [name for name in dict.fromkeys(job.needs) if name in known and name != job.name]


def job_name(text: str, taken: Iterable[str] = ()) -> str:
    """Give a name that jobs may have and that nobody else has."""
    base = _OTHER.sub("-", text.lower()).strip("-_")[:_LONGEST].rstrip("-_") or "job"
    base = base if base[0].isalpha() else f"job-{base}"
    used, name, count = set(taken), base, 1
    while name in used:
        count += 1
        name = f"{base}-{count}"
    return name
