"""Workspace: the one object a face holds. Everything ``strata`` does is one call on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from codestrata.errors import InvalidInput, NothingDone
from codestrata.settings import Settings
from codestrata.store.layout import Layout
from codestrata.telemetry import SILENT, Progress
from codestrata.workspace import endings
from codestrata.workspace.adopting import adopt
from codestrata.workspace.dataset.optouts import OptOuts, heeding
from codestrata.workspace.looking import Looking
from codestrata.workspace.report import RunReport

if TYPE_CHECKING:
    from codestrata.discover.stage import Filtered
    from codestrata.engine import Engine
    from codestrata.engine.report import StageReport
    from codestrata.store.catalogue import Catalogue
    from codestrata.workspace.dataset.dataset import Dataset
    from codestrata.workspace.pipelines import Pipelines
    from codestrata.workspace.strata import Strata


class Workspace(Looking):
    """A folder with everything codestrata knows: catalogue, bulk tables, bare repositories.

    Use it as a context manager. Reading (``status``, ``show``, ``lineage``) needs no lock; the first call that writes
    takes it and raises :class:`~codestrata.errors.WorkspaceBusy` when somebody else holds it. ``report`` is what the
    last call that worked has done so far, also when it ended in an error.
    """

    def __init__(
        self,
        folder: str | Path = ".codestrata",
        settings: Settings | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        progress: Progress = SILENT,
    ) -> None:
        layout = Layout(Path(folder).absolute())
        super().__init__(layout, heeding(settings or Settings(), layout.root))
        self.progress = progress
        self.report: RunReport | None = None
        self._secrets = dict(secrets or {})
        self._stack = ExitStack()
        self._held: tuple[Catalogue, Engine] | None = None

    def __enter__(self) -> Self:
        """Open nothing yet: what is needed is opened at first use."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers and let go of the folder."""
        self.close()

    def close(self) -> None:
        """Stop the workers and let go of the folder."""
        self._held = None
        self._stack.close()

    def run(self, source: str | Path, out: str | Path | None = None) -> RunReport:
        """Take a list of repositories all the way to a dataset; resumes by itself, does again only what changed."""
        if out is not None:
            self.check(Path(out))
        report = self.take_in([source], ahead=True)
        self.work(report, "ingest", "analyze", "export")
        if out is not None:
            self.publish(report, Path(out))
        return self.finish(report)

    def discover(self, source: str | Path) -> RunReport:
        """Read a list into the catalogue; the rows become this workspace's selection."""
        return self.take_in([source], ahead=False)

    def ingest(self) -> RunReport:
        """Fetch the selected repositories."""
        return self.finish(self.work(self._continue(), "ingest"))

    def analyze(self) -> RunReport:
        """Analyse what is new, and look for patterns of the levels in the settings. Raises InvalidInput."""
        if self.settings.analyze.rules:
            from codestrata.workspace.rules import check

            check(self.settings.analyze.rules)
        return self.finish(self.work(self._continue(), "analyze"))

    def export(self, out: str | Path) -> RunReport:
        """Decide what stays and write the dataset."""
        self.check(Path(out))
        return self.finish(self.publish(self.work(self._continue(), "export"), Path(out)))

    def filter(self, source: str | Path, out: Path, require: Sequence[str]) -> Filtered:
        """Write the names of the repositories whose own tree has every required file (a path or a glob), one a line."""
        from codestrata.workspace.selection import write_filtered

        report = self.work(self.take_in([source], ahead=True), "ingest")
        catalogue, _ = self.hold()
        filtered = write_filtered(self.view(catalogue, report.run), report, out, require)
        self.finish(report)
        return filtered

    @property
    def pipelines(self) -> Pipelines:
        """Give what runs pipelines over the repositories here."""
        from codestrata.workspace.pipelines import Pipelines

        return Pipelines(self)

    @property
    def optouts(self) -> OptOuts:
        """Give the list of who is left out of every dataset built here; workspaces that are opened later heed it."""
        return OptOuts(self.layout.root)

    @property
    def strata(self) -> Strata:
        """Give what is asked about the patterns here."""
        from codestrata.workspace.strata import Strata

        return Strata(self)

    def dataset(self, recipe: str | Path, **assign: object) -> Dataset:
        """Give a recipe's dataset: what is planned, built, explained here as the recipe says.

        ``assign`` are settings that win over the recipe's, with ``__`` for the dots: ``dedup__threshold=0.8``. This
        object must not hold the workspace meanwhile; what it has opened is closed. Raises InvalidInput.
        """
        from codestrata.workspace.dataset.dataset import Dataset
        from codestrata.workspace.dataset.recipe import read_recipe

        self.close()
        read = read_recipe(Path(recipe))
        assigned = {name.replace("__", "."): value for name, value in assign.items()}
        settings = read.settings(self.settings, assigned)
        inner = Workspace(self.layout.root, settings, secrets=self._secrets, progress=self.progress)
        return Dataset(self._stack.enter_context(inner), read, assigned)

    def retry(self, ids: Iterable[int] = (), *, stage: str = "", error_class: str = "") -> int:
        """Put dead letters back into the queue; returns how many."""
        catalogue, _ = self.hold()
        return catalogue.ledger.retry(ids=tuple(ids), stage=stage, error_class=error_class)

    # -- below -------------------------------------------------------------------------------------------------------

    def take_in(self, sources: Sequence[str | Path], *, ahead: bool) -> RunReport:
        """Read lists; ``ahead``: work follows, and in a new workspace all of it, so get ready for it meanwhile."""
        from codestrata.workspace.selection import read_lists

        found, rejected = read_lists(sources)
        self.report = RunReport(0, len(found), rejected)
        named = ", ".join(map(str, sources))
        if not found:
            hint = str(rejected[0]) if rejected else "give a CSV with a url, purl or name column"
            raise InvalidInput("no repository found", where=named, hint=hint)
        catalogue, engine = self.hold()
        if ahead and catalogue.last_run() is None:
            engine.prepare()
        catalogue.put_repositories(found.values())
        self.report.run = catalogue.start_run(f"discover {named}", self.settings.model_dump())
        catalogue.select(self.report.run, list(found))
        return self.report

    def hold(self) -> tuple[Catalogue, Engine]:
        """Take the workspace for writing, and open its engine; once."""
        if self._held is None:
            from codestrata.engine import open_engine
            from codestrata.pipeline import TABLE
            from codestrata.store.holding import hold

            catalogue = self._stack.enter_context(hold(self.layout))
            opened = open_engine(catalogue, self.layout, self.settings, stages=TABLE, secrets=self._secrets)
            self._held = catalogue, self._stack.enter_context(opened)
        return self._held

    def _continue(self) -> RunReport:
        with self.reader() as catalogue:
            last = self._last(catalogue)
        catalogue, _ = self.hold()
        self.report = RunReport(last, len(catalogue.selection(last)))
        return self.report

    def work(self, report: RunReport, *verbs: str, last: str = "", after: str = "") -> RunReport:
        """Carry out the stages of some verbs: up to and with ``last``, those behind ``after``. Raises NothingDone."""
        if "export" in verbs and not last and self.settings.export.recipe == "verified":
            from codestrata.workspace.trying import work

            return work(self, report, *verbs, after=after)
        return self.carry(report, *verbs, last=last, after=after)

    def carry(self, report: RunReport, *verbs: str, last: str = "", after: str = "") -> RunReport:
        """Carry out stages as :meth:`work` does; none of them has commits tried."""
        from codestrata.pipeline import carry_out, stages_of

        catalogue, engine = self.hold()
        if "export" in verbs:
            adopt(catalogue, report.run, self.settings.export.checks)
        for stage in carry_out(engine, report.run, stages_of(*verbs, last=last, after=after), self.progress):
            report.stages.append(stage)
            self._stop_if_vain(report, stage)
        return report

    def _stop_if_vain(self, report: RunReport, stage: StageReport) -> None:
        """End the run after a stage that leaves the next ones nothing to work on."""
        catalogue, _ = self.hold()
        snapshots = catalogue.has_snapshots(report.run)
        none_decided = stage.stage == "export.decide" and not catalogue.results(report.run, "export.decide")
        undecided = stage.stage.startswith("export.") and (stage.failed or none_decided)
        unread = stage.stage == "analyze.facts" and stage.failed and not (stage.done or stage.skipped)
        if snapshots and not (undecided or unread):
            return
        self.finish(report, failed=True)
        if not snapshots:
            raise endings.nothing_fetched(report, stage)
        raise endings.not_written(report, stage) if stage.failed else endings.nothing_analysed()

    def check(self, out: Path) -> None:
        """Raise InvalidInput when ``out`` holds something that is no dataset, or settings of it cannot be."""
        from codestrata.export.stage import check_target
        from codestrata.workspace.asked import check

        check_target(out, self.layout.root)
        check(self.settings.export)

    def publish(self, report: RunReport, out: Path) -> RunReport:
        """Give a report the dataset of its run, in ``out``."""
        from codestrata.pipeline import publish

        catalogue, engine = self.hold()
        report.dataset = publish(engine, report.run, self.view(catalogue, report.run), out)
        return report

    def finish(self, report: RunReport, *, failed: bool = False) -> RunReport:
        """Add what failed to a report, and close its run."""
        from codestrata.model import IngestionStatus

        catalogue, _ = self.hold()
        told = catalogue.reports.status(report.run)
        report.failed = [s for s in told if s.status is IngestionStatus.FAILED]
        report.skipped = [s for s in told if s.status is IngestionStatus.COMPLETE and s.reason]
        report.gave_up = [task for task in catalogue.ledger.dead_letters(report.run) if not task.subject]
        code = NothingDone.exit_code if failed else report.exit_code
        catalogue.finish_run(report.run, "failed" if failed else "partial" if code else "done", code)
        return report
