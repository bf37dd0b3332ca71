"""The pipelines of a workspace: what ``strata ci run`` and ``strata ci fleet`` call."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import EXIT_INTERRUPTED, EXIT_TERMINATED, InvalidInput, NothingDone, Terminated
from codestrata.workspace.adopting import STAGE
from codestrata.workspace.fleet import FleetReport, FleetTerms, Watch, command
from codestrata.workspace.results import PipelineResults
from codestrata.workspace.rows import Letters, rows

if TYPE_CHECKING:
    from codestrata.ci.derive import Derived
    from codestrata.ci.plan import Plan
    from codestrata.engine import Engine
    from codestrata.engine.view import RunView
    from codestrata.model import Repository
    from codestrata.store.catalogue import Catalogue
    from codestrata.workspace.hall import Workspace


class Pipelines:
    """Runs compiled pipelines over repositories of a workspace, aside from what the workspace is about.

    ``report`` is what the last run over repositories has done so far, also when it was interrupted.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.report: FleetReport | None = None

    def run(self, plan: Plan, source: str, *, parallel: int = 1, again: str = "") -> FleetReport:
        """Run a pipeline on one repository: one known here by name, or a URL, purl or path; ``…@COMMIT`` pins it."""
        terms = FleetTerms(again=again, max_fail_rate=1.0, retry_dead=True)  # who names one wants it tried
        return self._go(plan, [self._named(source)], terms, parallel=parallel)

    def derive(self, source: str) -> Derived:
        """Propose a pipeline for one repository, named as in :meth:`run`.

        Raises NothingDone where it cannot be had, or nothing in it is recognised.
        """
        from codestrata.workspace.deriving import derived

        catalogue, engine = self._workspace.hold()
        found = self._named(source)
        run = self._aside(f"ci derive {source}", [found])
        self._ingest(engine, run, [found])
        lost = catalogue.ledger.dead_letters(run)
        catalogue.finish_run(run, "failed" if lost else "done", NothingDone.exit_code if lost else 0)
        if lost:
            raise NothingDone(lost[0].error, where=found.full_name, hint=lost[0].hint)
        return derived(self._workspace.view(catalogue, run), found)

    def fleet(self, plan: Plan, terms: FleetTerms) -> FleetReport:
        """Run a pipeline on many repositories; what is known already is not run again."""
        catalogue, _ = self._workspace.hold()
        chosen = self._chosen(catalogue, terms)
        if not chosen:
            raise NothingDone("no repository was chosen", where=terms.select, hint="strata status --all lists them")
        from codestrata.ci.stage import sample

        asked = sample(chosen, terms.sample, plan.hash) if terms.sample else chosen
        report = self._go(plan, asked, terms, parallel=1)
        report.chosen = len(chosen)
        return report

    def results(self, pipeline: str = "", out: Path | None = None) -> PipelineResults:
        """Give what is known of a pipeline's results, and write their tables into a folder."""
        from codestrata.store.tables import Tables
        from codestrata.workspace.results import results

        with self._workspace.reader() as catalogue:
            found = results(catalogue, Tables(self._workspace.layout.tables), pipeline, out)
        return replace(found, shares=self._shares_of(found.pipeline))

    def _shares_of(self, pipeline: str) -> tuple[str, ...]:
        """Give the columns of a pipeline that was run here that are shares; none where its plan is gone."""
        from codestrata.ci.stage import read_plan

        try:
            return _shares(read_plan(self._workspace.layout.root, pipeline))
        except OSError:
            return ()

    def _chosen(self, catalogue: Catalogue, terms: FleetTerms) -> list[Repository]:
        last = catalogue.last_run()
        if not terms.select:
            return catalogue.repositories(last.id) if last else []
        from codestrata.ci.stage import select

        snapshots = {s.repository_id: s for s in catalogue.snapshots()}
        return select(catalogue.repositories(), snapshots, terms.select, lambda: self._spoken(catalogue))

    def _spoken(self, catalogue: Catalogue) -> dict[str, str]:
        """Give the language of what the last run analysed, by repository id."""
        from codestrata.ci.stage import spoken

        last = catalogue.last_run()
        return spoken(self._workspace.view(catalogue, last.id)) if last else {}

    def _go(self, plan: Plan, asked: Sequence[Repository], terms: FleetTerms, *, parallel: int) -> FleetReport:
        catalogue, engine = self._workspace.hold()
        self.sweep()
        run = self._aside(command(plan.name, terms), asked)
        self.report = report = FleetReport(run, plan.hash, plan.name, len(asked), parallel=self._workers())
        report.shares = _shares(plan)
        view = self._workspace.view(catalogue, run)
        letters = Letters(catalogue.ledger, asked)
        if terms.retry_dead:
            letters.revive()
        watch = Watch(self._workspace.progress, catalogue.ledger, run, STAGE, terms)
        try:
            self._ingest(engine, run, asked)
            self._execute(engine, view, (watch, letters), (run, plan, terms, parallel))
        except KeyboardInterrupt as interrupt:
            report.rows, report.stopped = rows(catalogue, view, letters, watch), "interrupted"
            report.interrupted = EXIT_TERMINATED if isinstance(interrupt, Terminated) else EXIT_INTERRUPTED
            catalogue.finish_run(run, "interrupted", report.exit_code)
            raise
        report.rows, report.stopped = rows(catalogue, view, letters, watch), watch.stopped
        catalogue.finish_run(run, "partial" if report.exit_code else "done", report.exit_code)
        return report

    def _named(self, source: str) -> Repository:
        """Give the repository that a person names, known from now on; pinned to the commit behind ``@``."""
        catalogue, _ = self._workspace.hold()
        found, pin = _one(catalogue, source)
        if catalogue.repository(found.id) is None:
            catalogue.put_repositories([found])
        return replace(found, row={**found.row, "ref": pin}) if pin else found

    def _aside(self, command: str, asked: Sequence[Repository]) -> int:
        """Start a run over some repositories that nothing goes on from."""
        catalogue, _ = self._workspace.hold()
        run = catalogue.start_run(command, self._workspace.settings.model_dump(), aside=True)
        catalogue.select(run, [r.id for r in asked])
        return run

    def sweep(self) -> None:
        """Remove what rooms of killed runs left: whoever holds the workspace sweeps for those before.

        What cannot be looked at now (an engine that is away) stays for the next one.
        """
        from codestrata.ci.places import rooms
        from codestrata.sandbox.janitor import sweep

        sweep(self._workspace.settings.sandbox, rooms(self._workspace.layout.root))

    def _ingest(self, engine: Engine, run: int, asked: Sequence[Repository]) -> None:
        """Fetch what is asked for; a commit that was pinned for this run alone is in no other's list."""
        from codestrata.pipeline import stages_of

        known, settings, (stage,) = self._workspace.hold()[0], self._workspace.settings, stages_of("ingest")
        partitions = None
        if any(one != known.repository(one.id) for one in asked):
            from codestrata.ingest.stage import partition

            partitions = [partition(one, settings) for one in asked]
        engine.run(run, stage, partitions, self._workspace.progress)

    def _execute(
        self, engine: Engine, view: RunView, heed: tuple[Watch, Letters], what: tuple[int, Plan, FleetTerms, int]
    ) -> None:
        """Run what is due."""
        from codestrata.ci.stage import Terms, chooser, partitions, world, write_plan
        from codestrata.pipeline import STAGES

        (watch, letters), (run, plan, terms, parallel) = heed, what
        write_plan(view.workspace, plan)
        sandbox, empty = self._workspace.settings.sandbox, view.workspace / "scratch" / "world"
        met = world(plan, chooser(sandbox, view.workspace), empty, sandbox.toolchains)
        shutil.rmtree(empty, ignore_errors=True)
        languages = self._spoken(self._workspace.hold()[0]) if plan.require.languages else {}
        asked = partitions(view, Terms(plan, met, parallel, terms.again, languages))
        if terms.retry_dead:
            asked = letters.revived(asked)
        (stage,) = (one for one in STAGES if one.name == STAGE)
        try:
            engine.run(run, stage, asked, watch)
        finally:
            self.sweep()  # a second interrupt ends workers where they are

    def _workers(self) -> int:
        from codestrata.engine.limits import processors

        return processors(self._workspace.settings.engine)


def _shares(plan: Plan) -> tuple[str, ...]:
    from codestrata.ci.stage import shares

    return shares(plan.columns)


def _one(catalogue: Catalogue, source: str) -> tuple[Repository, str]:
    """Find a repository by what a person calls it, and the commit after ``@`` if there is one (not in a purl)."""
    from codestrata.workspace.selection import read_list

    name, at, ref = source.rpartition("@")
    pinned = bool(at and name) and not source.startswith("pkg:") and "/" not in ref
    for whole, pin in ((source, ""), *([(name, ref)] if pinned else [])):
        known = catalogue.repository(whole)
        if known:
            return known, pin
    found, rejected = read_list(name if pinned else source)
    if len(found) != 1:
        hint = str(rejected[0]) if rejected else "name one repository: a URL, purl, path, or its name in the workspace"
        raise InvalidInput(f"{len(found)} repositories, one is needed", where=source, hint=hint)
    return next(iter(found.values())), ref if pinned else ""
