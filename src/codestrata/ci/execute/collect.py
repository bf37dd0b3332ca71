"""What is taken out of a room when its steps are over: reports, artifacts, caches. Problems are noted, never raised."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from codestrata.ci.execute.allowance import Bound
from codestrata.ci.execute.arrival import put
from codestrata.ci.execute.invocation import Place
from codestrata.ci.execute.trusted import cut_off
from codestrata.ci.plan import ArtifactPlan, CachePlan, ReportPlan, StepPlan
from codestrata.ci.records import Artifact, ReportResult, Results, StepResult
from codestrata.errors import LimitExceeded

#: Bytes of one report file, of all files of one report, of one artifact.
MOST_REPORT, MOST_REPORTS, MOST_ARTIFACT = 64 << 20, 256 << 20, 1 << 30
#: Files of one report; rows of all reports of a job.
MOST_FILES, MOST_ROWS = 2000, 1_000_000


class Collecting:
    """One room after its steps. What comes of it goes into ``results``; ``first``: which repetition gave a report.

    ``excess``: the first artifact that was too much, and for which limit.
    """

    def __init__(self, place: Place, results: Results, first: dict[str, int], problem: Callable[[str], None]) -> None:
        self.place = place
        self.results = results
        self.problem = problem
        self.excess: tuple[str, Bound] | None = None
        self._first = first
        #: Of the report that is being read: why it is no judgement, and whether it has a row.
        self._doubt, self._some = "", False
        self._scratch = place.run.scene.scratch / "packed"

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        """Make a problem of whatever goes wrong."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- reports are hostile, and their loss must not hide what ran
            self._lost(f"{what}: {str(error) or type(error).__name__}")

    def _lost(self, told: str) -> None:
        """Note a problem with which a report is no judgement."""
        self.problem(told)
        self._doubt = self._doubt or told

    @contextlib.contextmanager
    def _packed(self, patterns: Iterable[str], limit: int) -> Iterator[tuple[Path, int]]:
        """Pack files of the room into a file that is gone afterwards."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        path = self._scratch / f"{secrets.token_hex(8)}.tar"
        try:
            yield path, self.place.runner.pack(self.place.room, list(patterns), path, limit)
        finally:
            path.unlink(missing_ok=True)

    def reports(
        self,
        plans: Iterable[ReportPlan],
        broken: Mapping[str, str],
        steps: Sequence[tuple[StepPlan, StepResult]] = (),
    ) -> None:
        """Read reports; of a repeated job, findings, coverage and metrics are those of the first run that has them.

        ``broken``: by a report's name, why it is no judgement whatever is in it. ``steps``: those that wrote them.
        """
        for plan in plans:
            self._doubt, self._some = "", False
            with self._guarded(f"report {plan.name}"), self._packed([plan.path], MOST_REPORTS) as (path, count):
                if not count:
                    self._lost(f"report {plan.name}: no file matches {plan.path}")
                else:
                    self._read(plan, path)
            why = broken.get(plan.name, "") or self._doubt or cut_off(plan, steps, empty=not self._some)
            self.results.reports.append(ReportResult(self.place.view.job.id, plan.name, why))

    def _read(self, plan: ReportPlan, path: Path) -> None:
        with tarfile.open(path, "r:") as archive:
            members = sorted((one for one in archive if not one.isdir()), key=lambda one: one.name)
            if len(members) > MOST_FILES:
                self._lost(f"report {plan.name}: {len(members)} files, of which {MOST_FILES} are read")
            for member in members[:MOST_FILES]:
                if self._rows() > MOST_ROWS:
                    self._lost(f"report {plan.name}: more than {MOST_ROWS} rows of this job: the rest is not read")
                    return
                self._member(plan, archive, member)

    def _rows(self) -> int:
        into = self.results
        return len(into.tests) + len(into.findings) + len(into.coverage) + len(into.metrics)

    def _member(self, plan: ReportPlan, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        called = f"report {plan.name}: {member.name}"
        with self._guarded(called):
            if not member.isreg():
                self._lost(f"{called}: not a regular file")
            elif member.size > MOST_REPORT:
                self._lost(f"{called}: {member.size} bytes, at most {MOST_REPORT} are read")
            elif (file := archive.extractfile(member)) is not None:
                self._parsed(plan, file.read(), called)

    def _parsed(self, plan: ReportPlan, data: bytes, called: str) -> None:
        from codestrata.ci.reports import Source

        job, files = self.place.view.job.id, self.place.run.world.files
        source = Source(tool=plan.tool, read_line=files.line, job=job, report=plan.name)
        parsed = self.place.run.scene.parse(plan.format, data, source)
        for text in parsed.problems:
            self.problem(f"{called}: {text}")
        if not parsed.whole:
            self._doubt = self._doubt or f"{called}: {next(iter(parsed.problems), 'it is not whole')}"
        into = self.results
        self._some = self._some or bool(parsed.tests or parsed.findings or parsed.coverage or parsed.metrics)
        into.tests += [replace(one, job=job, report=plan.name, repeat=self.place.repeat) for one in parsed.tests]
        if self._first.setdefault(plan.name, self.place.repeat) != self.place.repeat:
            return
        into.findings += [replace(one, job=job, report=plan.name) for one in parsed.findings]
        into.coverage += [replace(one, job=job, report=plan.name) for one in parsed.coverage]
        into.metrics += [replace(one, job=job, report=plan.name) for one in parsed.metrics]

    def artifacts(self, plans: Iterable[ArtifactPlan]) -> None:
        """Keep files under the hash of their tar file; those of a repeated job's later runs under own names."""
        for number, plan in enumerate(plans, 1):
            name = plan.name or f"artifact-{number}"
            with self._guarded(f"artifact {name}"):
                self._artifact(plan, name if self.place.repeat == 1 else f"{name} (run {self.place.repeat})")

    def _artifact(self, plan: ArtifactPlan, name: str) -> None:
        folder = self.place.run.scene.artifacts
        folder.mkdir(parents=True, exist_ok=True)
        job, allowance = self.place.view.job.id, self.place.run.allowance
        bound = allowance.bound(job)
        with self._bounded(name, bound), self._packed(plan.paths, min(MOST_ARTIFACT, bound.left)) as (path, count):
            if not count:
                self.problem(f"artifact {name}: no file matches {', '.join(plan.paths)}")
                return
            digest, size = _settled(path)
            put(path, folder / f"{digest}.tar")
            allowance.took(job, digest, size)
            self.results.artifacts.append(Artifact(job, name, count, size, digest))

    @contextlib.contextmanager
    def _bounded(self, name: str, bound: Bound) -> Iterator[None]:
        """Note an artifact that is too much beside the others; what is too large by itself stays a problem."""
        try:
            yield
        except LimitExceeded as error:
            if bound.left >= MOST_ARTIFACT:
                raise
            self.excess = self.excess or (name, bound)
            raise LimitExceeded(bound.reason(name)) from error

    def caches(self, plans: Iterable[tuple[str, CachePlan]]) -> None:
        """Save what is not there yet under its key."""
        for key, plan in plans:
            with self._guarded(f"cache {key}"):
                self._save(key, plan)

    def _save(self, key: str, plan: CachePlan) -> None:
        cache, place = self.place.run.cache, self.place
        if cache.has(key):
            return
        try:
            saved = cache.save(
                key, lambda path: place.runner.pack(place.room, list(plan.paths), path, cache.most_bytes)
            )
        except LimitExceeded as error:
            self.problem(f"cache {key}: not kept: {error}")
            return
        if saved is None and not cache.has(key):
            self.problem(f"cache {key}: no file matches {', '.join(plan.paths)}")


def _settled(path: Path) -> tuple[str, int]:
    """Bring a file to the disk; gives its SHA-256 and its bytes."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return digest, file.tell()
