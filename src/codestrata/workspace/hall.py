"""Workspace: the one object a face holds. Everything ``strata`` does is one call on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from codestrata.errors import EXIT_OK, EXIT_PARTIAL, InvalidInput, NothingDone
from codestrata.settings import Settings
from codestrata.store.layout import Layout
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.discover.stage import Filtered, Rejected
    from codestrata.engine import Engine
    from codestrata.engine.report import StageReport
    from codestrata.engine.view import RunView
    from codestrata.export.stage import Lineage, Published
    from codestrata.model import Repository
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.reports import RepositoryStatus
    from codestrata.store.tasks import Task


@dataclass(slots=True)
class RunReport:
    """What one run did: the rows that were refused, each stage's figures, the repositories that failed, the dataset."""

    run: int
    repositories: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    stages: list[StageReport] = field(default_factory=list)
    failed: list[RepositoryStatus] = field(default_factory=list)
    dataset: Published | None = None

    @property
    def kept(self) -> int:
        """Count the rows of the dataset."""
        return self.dataset.rows if self.dataset else 0

    @property
    def files(self) -> int:
        """Count the files that were decided on."""
        return self.dataset.files if self.dataset else 0

    @property
    def exit_code(self) -> int:
        """0 when everything was done, 3 when something was refused or failed."""
        broken = self.rejected or self.failed or any(s.failed for s in self.stages)
        return EXIT_PARTIAL if broken else EXIT_OK


class Workspace:
    """A folder with everything codestrata knows: catalogue, bulk tables, bare repositories.

    Use it as a context manager. Reading (``status``, ``show``, ``lineage``) needs no lock; the first call that writes
    takes it and raises :class:`~codestrata.errors.WorkspaceBusy` when somebody else holds it.
    """

    def __init__(
        self,
        folder: str | Path = ".codestrata",
        settings: Settings | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        progress: Progress = SILENT,
    ) -> None:
        self.layout = Layout(Path(folder).absolute())
        self.settings = settings or Settings()
        self.progress = progress
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

    # -- the verbs ---------------------------------------------------------------------------------------------------

    def run(self, source: str | Path, out: str | Path | None = None) -> RunReport:
        """Take a list of repositories all the way to a dataset; resumes by itself, does again only what changed."""
        report = self.discover(source)
        self._work(report, "ingest", "analyze", "export")
        if out is not None:
            self._publish(report, Path(out))
        return self._finish(report)

    def discover(self, source: str | Path) -> RunReport:
        """Read a list into the catalogue; the rows become this workspace's selection."""
        from codestrata.discover.stage import discover
        from codestrata.model import Repository

        catalogue, _ = self._hold()
        found: dict[str, Repository] = {}
        rejected: list[Rejected] = []
        for item in discover(source):
            if isinstance(item, Repository):
                found.setdefault(item.id, item)
            else:
                rejected.append(item)
        if not found:
            hint = str(rejected[0]) if rejected else "give a CSV with a url, purl or name column"
            raise InvalidInput("no repository found", where=str(source), hint=hint)
        catalogue.put_repositories(found.values())
        run = catalogue.start_run(f"discover {source}", self.settings.model_dump(mode="json"))
        catalogue.select(run, list(found))
        return RunReport(run, len(found), rejected)

    def ingest(self) -> RunReport:
        """Fetch the selected repositories."""
        return self._finish(self._work(self._continue(), "ingest"))

    def analyze(self) -> RunReport:
        """Analyse every blob that nobody has analysed yet."""
        return self._finish(self._work(self._continue(), "analyze"))

    def export(self, out: str | Path) -> RunReport:
        """Decide what stays and write the dataset."""
        report = self._work(self._continue(), "export")
        self._publish(report, Path(out))
        return self._finish(report)

    def filter(self, source: str | Path, out: Path, require: Sequence[str]) -> Filtered:
        """Write the names of the repositories whose own tree has every required file (a path or a glob), one a line."""
        from codestrata.discover.stage import Filtered, has_files

        report = self._work(self.discover(source), "ingest")
        catalogue, _ = self._hold()
        view = self._view(catalogue, report.run)
        names = {r.id: r.full_name for r in view.repositories()}
        kept = []
        for snapshot in view.snapshots():
            paths = view.tables.read(view.files("files", subject=snapshot.repository_id), "path")
            if paths and has_files(paths["path"], require):
                kept.append(names[snapshot.repository_id])
        out.write_text("".join(f"{name}\n" for name in sorted(kept)), "utf-8")
        self._finish(report)
        return Filtered(report.repositories, len(kept), report.repositories - len(kept), 0, report.rejected)

    def retry(self, ids: Iterable[int] = (), *, stage: str = "", error_class: str = "") -> int:
        """Put dead letters back into the queue; returns how many."""
        catalogue, _ = self._hold()
        return catalogue.ledger.retry(ids=tuple(ids), stage=stage, error_class=error_class)

    # -- looking -----------------------------------------------------------------------------------------------------

    def status(self) -> list[RepositoryStatus]:
        """Say where every repository of the last run stands."""
        with self._reader() as catalogue:
            last = catalogue.last_run()
            return catalogue.reports.status(last.id if last else None)

    def dead(self) -> list[Task]:
        """List the tasks that gave up."""
        with self._reader() as catalogue:
            return catalogue.ledger.dead_letters()

    def show(self, name: str) -> dict[str, Any]:
        """Show one repository, by full name, purl or id: what it is, and what became of its files."""
        from codestrata.workspace.show import show

        with self._reader() as catalogue:
            repository = catalogue.repository(name)
            if repository is None:
                raise InvalidInput("no such repository", where=name, hint="strata status --all lists them")
            states = {s.repository_id: s for s in catalogue.reports.status()}
            state = states[repository.id]
            text = f"{state.status} ({state.reason})" if state.reason else str(state.status)
            return show(repository, text, self._view(catalogue))

    def lineage(self, row: str, dataset: str | Path | None = None) -> Lineage:
        """Trace one row: input row, repository, commit, blob, analysers, output row; the bytes are verified.

        ``row`` is ``repo:path``, ``repo@commit:path`` or ``FILE#N`` (the N-th row of a shard, from 0).
        """
        from codestrata.export.stage import trace

        with self._reader() as catalogue:
            return trace(catalogue, self._view(catalogue), row, Path(dataset) if dataset else None)

    # -- below -------------------------------------------------------------------------------------------------------

    def _hold(self) -> tuple[Catalogue, Engine]:
        if self._held is None:
            from codestrata.engine import open_engine
            from codestrata.pipeline import TABLE
            from codestrata.store.holding import hold

            catalogue = self._stack.enter_context(hold(self.layout))
            opened = open_engine(catalogue, self.layout, self.settings, stages=TABLE, secrets=self._secrets)
            self._held = catalogue, self._stack.enter_context(opened)
        return self._held

    def _reader(self) -> Catalogue:
        from codestrata.store.catalogue import Catalogue

        if not self.layout.catalogue.exists():
            raise InvalidInput("no workspace here", where=str(self.layout.root), hint="strata run FILE makes one")
        return Catalogue(self.layout.catalogue, read_only=True)

    def _view(self, catalogue: Catalogue, run: int | None = None) -> RunView:
        from codestrata.engine.view import RunView

        if run is None:
            last = catalogue.last_run()
            if last is None:
                raise InvalidInput("nothing has run here yet", where=str(self.layout.root))
            run = last.id
        return RunView(catalogue, self.layout, self.settings, run)

    def _continue(self) -> RunReport:
        catalogue, _ = self._hold()
        last = catalogue.last_run()
        if last is None:
            raise InvalidInput("no repositories yet", where=str(self.layout.root), hint="strata discover FILE first")
        return RunReport(last.id, len(catalogue.selection(last.id)))

    def _work(self, report: RunReport, *verbs: str) -> RunReport:
        from codestrata.pipeline import carry_out, stages_of

        catalogue, engine = self._hold()
        view = self._view(catalogue, report.run)
        for stage in carry_out(engine, report.run, view, stages_of(*verbs), self.progress):
            report.stages.append(stage)
            self._stop_if_nothing(report, view.snapshots())
        return report

    def _stop_if_nothing(self, report: RunReport, snapshots: Sequence[object]) -> None:
        if not snapshots:
            self._finish(report)
            reason = report.failed[0].reason if report.failed else "nothing was fetched"
            message = f"none of {report.repositories} repositories could be fetched"
            raise NothingDone(message, hint=f"the first: {reason}")

    def _publish(self, report: RunReport, out: Path) -> None:
        from codestrata.export.stage import publish

        catalogue, _ = self._hold()
        report.dataset = publish(self._view(catalogue, report.run), out)

    def _finish(self, report: RunReport) -> RunReport:
        from codestrata.model import IngestionStatus

        catalogue, _ = self._hold()
        report.failed = [s for s in catalogue.reports.status(report.run) if s.status is IngestionStatus.FAILED]
        state = "partial" if report.exit_code else "done"
        catalogue.finish_run(report.run, state, report.exit_code)
        return report
