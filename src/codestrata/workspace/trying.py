"""Trying commits for recipe verified: candidates, how their tests are run, and the runs, as many as each is worth."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from codestrata.errors import InvalidInput, NothingDone, StrataError

if TYPE_CHECKING:
    from codestrata.ci.derive import GitFiles
    from codestrata.ci.plan import Plan
    from codestrata.ci.trial.partitions import Trial
    from codestrata.engine.report import StageReport
    from codestrata.engine.view import RunView
    from codestrata.export.shape.verified.candidate import Candidate
    from codestrata.export.shape.verified.candidates import Found
    from codestrata.workspace.hall import Workspace
    from codestrata.workspace.report import RunReport

STAGE, DECIDE = "ci.trial", "export.decide"
#: A plan, and what is known of its packages' dates.
How: TypeAlias = "tuple[Plan, dict[str, Any]]"
#: Commits, by repository id and commit.
Commits: TypeAlias = set[tuple[str, str]]


@dataclass(slots=True)
class Tasks:
    """What came of commits: tried, tasks among them, and why others are none, most of them first.

    ``passed_over``: why commits were not tried at all. ``none``: of those that were, ``repository@commit`` → why not.
    """

    tried: int = 0
    verified: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    passed_over: dict[str, int] = field(default_factory=dict)
    none: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def found(view: RunView) -> Found:
    """Give the candidates of a run whose files are decided on. Raises InvalidInput where there is no history."""
    from codestrata.analyze.marks import marks
    from codestrata.export.stage import candidates
    from codestrata.store.columns import Varlen

    def of(paths: Sequence[bytes]) -> Mapping[str, Sequence[bool]]:
        told = marks(Varlen.of(paths, text=False))
        return {name: [bool(one) for one in told[name]] for name in ("test", "documentation")}

    return candidates(view, of)


def work(workspace: Workspace, report: RunReport, *verbs: str, after: str) -> RunReport:
    """Carry out the stages of some verbs, and have commits tried between decisions and rows."""
    if after != DECIDE:
        workspace.carry(report, *verbs, last=DECIDE, after=after)
    trying = Trying(workspace, report.run)
    try:
        report.stages.extend(trying.go())
    except StrataError:
        workspace.finish(report, failed=True)
        raise
    workspace.carry(report, "export", after=DECIDE)
    report.tasks = trying.tasks()
    return report


class Trying:
    """The trials of one run of a workspace."""

    def __init__(self, workspace: Workspace, run: int) -> None:
        self._workspace = workspace
        self._run = run
        self._catalogue, self._engine = workspace.hold()
        self._view = workspace.view(self._catalogue, run)
        #: Why commits were not tried.
        self.passed_over: Counter[str] = Counter()
        self._asked = 0

    def go(self) -> Iterator[StageReport]:
        """Run what is due: the commits, those before them with their tests, some of these bare; nothing that is known.

        Raises NothingDone where this machine can run none of it, InvalidInput for a pipeline that cannot be read.
        """
        listed = found(self._view)
        self.passed_over = listed.dropped
        trials = self._trials(listed.candidates)
        self._asked = len(trials)
        self._workspace.pipelines.sweep()
        try:
            yield self._ran(trials, {})
            for side in ("base", "bare"):
                yield self._ran(trials, self._worth(side))
        finally:
            self._workspace.pipelines.sweep()

    def _worth(self, side: str) -> dict[str, Commits]:
        """Give what is worth a run now, and what was before: that is asked for again, and not run."""
        from codestrata.export.stage import worth

        base, bare = worth(self._view)
        return {"base": base, "bare": bare} if side == "bare" else {"base": base}

    def _ran(self, trials: Sequence[Trial], more: Mapping[str, Commits]) -> StageReport:
        """Run all commits, and ``more`` sides of some."""
        from codestrata.pipeline import STAGES

        settings, count = self._workspace.settings, len(trials)
        asked = [
            one.partition(side, settings, rank=float(count - at))
            for at, one in enumerate(trials)
            for side in ("after", *more)
            if side == "after" or (one.repository.id, one.commit) in more[side]
        ]
        if more:  # what gave up just now was tried as often as it is to be
            lost = {task.key for task in self._catalogue.ledger.dead_letters(self._run)}
            asked = [one for one in asked if one.key not in lost]
        (stage,) = (one for one in STAGES if one.name == STAGE)
        return self._engine.run(self._run, stage, asked, self._workspace.progress)

    def _trials(self, listed: Sequence[Candidate]) -> list[Trial]:
        """Give the trials of candidates, each with its plan and what that meets here."""
        from codestrata.ci.stage import Trial, write_plan

        repositories = {one.id: one for one in self._view.repositories()}
        snapshots = {one.repository_id: one for one in self._view.snapshots()}
        plans = _Plans(self._view)
        worlds = _Worlds(self._view)
        trials = []
        for one in listed:
            repository, snapshot = repositories[one.repository_id], snapshots[one.repository_id]
            how, reason = plans.of(snapshot.git_dir, one, repository.full_name)
            if how is None:
                self.passed_over.update([reason])
                continue
            plan, dates = how
            write_plan(self._view.workspace, plan)
            changes, met = [list(change) for change in one.changes], worlds.of(plan)
            trials.append(Trial(repository, snapshot, one.commit, one.base, one.when, changes, plan, met, dates))
        worlds.check()
        return trials

    def tasks(self) -> Tasks:
        """Say what came of it, once rows were made."""
        told = self._view.results("export.shape")
        left = sum((Counter(one["gates"]) for one in told), Counter[str]())
        judged, rows = sum(one["tried"] for one in told), sum(one["rows"] for one in told)
        left["broken"] += self._asked - judged  # of these not even the first run came to its end
        left, asked = +left, self._asked
        none = {f"{one['name']}@{commit}": why for one in told for commit, why in one["none"].items()}
        return Tasks(asked, rows, dict(left.most_common()), dict(self.passed_over.most_common()), none)


class _Plans:
    """How tests are run: as the settings' pipeline says, or as a commit says of itself."""

    def __init__(self, view: RunView) -> None:
        self._settings = view.settings.export.verified
        self._workspace = view.workspace
        self._given = self._read() if self._settings.pipeline else None

    def _read(self) -> Plan:
        from codestrata.ci.compile import load
        from codestrata.ci.stage import focused

        read = load(Path(self._settings.pipeline)).plan
        plan = focused(read, self._settings.timeout, self._settings.runs) if read else None
        if plan is None:
            hint = "reports: {tests: {format: junit, path: junit.xml}} is one (docs/pipelines.md)"
            raise InvalidInput("no job of it reports tests", where=self._settings.pipeline, hint=hint)
        return plan

    def of(self, git_dir: str, one: Candidate, name: str) -> tuple[How | None, str]:
        """Give the plan for a commit with what is known of its packages' dates, or why there is none."""
        if self._given:
            return (self._given, {}), ""
        from codestrata.ci.derive import GitFiles

        tree = GitFiles(self._workspace / git_dir, one.commit)
        reason = ""
        for ci in (False, True):
            how, reason = self._derived(tree, name, self._until(one.when), ci=ci)
            if how:
                return how, ""
        return None, reason

    def _until(self, when: int) -> str:
        if not self._settings.dated:
            return ""
        day = datetime.fromtimestamp(when, UTC) + timedelta(days=self._settings.margin_days)
        return day.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _derived(self, tree: GitFiles, name: str, until: str, *, ci: bool) -> tuple[How | None, str]:
        """Derive a plan from manifests alone, or also from CI files, which may do more than test."""
        from codestrata.ci.compile import load_text
        from codestrata.ci.derive import derive
        from codestrata.ci.stage import focused, lenient

        try:
            made = derive(tree, name, ci=ci, only_tests=True, until=until)
        except NothingDone:
            return None, "no_pipeline"
        read = load_text(made.text, f"derived for {name}").plan
        plan = focused(read, self._settings.timeout, self._settings.runs) if read else None
        if plan is None:
            return None, "no_report"
        return (lenient(plan), {"until": until, "kept_by": made.dates} if until else {}), ""


class _Worlds:
    """What plans meet on this machine, asked once for each."""

    def __init__(self, view: RunView) -> None:
        from codestrata.ci.stage import chooser

        self._settings = view.settings.sandbox
        self._choose = chooser(self._settings, view.workspace)
        self._empty = view.workspace / "scratch" / "world"
        self._met: dict[str, dict[str, Any]] = {}

    def of(self, plan: Plan) -> dict[str, Any]:
        """Give what a plan meets."""
        from codestrata.ci.stage import world

        asked = repr(
            [(j.runner, j.isolation, j.image, j.services, [(s.run, s.uses) for s in j.steps]) for j in plan.jobs]
        )
        if asked not in self._met:  # plans of one repository differ in dates, which no program is asked for
            self._met[asked] = world(plan, self._choose, self._empty, self._settings.toolchains)
            shutil.rmtree(self._empty, ignore_errors=True)
        return self._met[asked]

    def check(self) -> None:
        """Raise NothingDone where nothing of any plan can be run here: tests are never run outside of a sandbox."""
        parts = [part for met in self._met.values() for name, part in met.items() if name != "toolchains"]
        refused = [part["refused"] for part in parts if "refused" in part]
        if parts and len(refused) == len(parts):
            hint = "strata doctor sandbox says what this machine can do; tests are run in a sandbox only"
            raise NothingDone(f"tests cannot be run here: {refused[0]}", where="recipe verified", hint=hint)
