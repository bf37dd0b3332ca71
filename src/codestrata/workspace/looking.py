"""Looking: what is asked of a workspace without holding it, beside whoever works there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.settings import Settings
from codestrata.store.layout import Layout

if TYPE_CHECKING:
    from codestrata.engine.view import RunView
    from codestrata.export.stage import Life, Lineage
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.reports import RepositoryStatus
    from codestrata.store.tasks import Task
    from codestrata.workspace.decisions import Decisions, Wanted
    from codestrata.workspace.figures import RunFigures


class Looking:
    """The questions a workspace answers. None of them takes its lock; ``layout`` says where it lies."""

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.layout = layout
        self.settings = settings

    def status(self, *, every: bool = False) -> list[RepositoryStatus]:
        """Say where every repository of the last run stands, or every one known here."""
        with self.reader() as catalogue:
            last = catalogue.last_run()
            return catalogue.reports.status(None if every or last is None else last.id)

    def figures(self, run: int = 0, *, by_repository: bool = False) -> RunFigures:
        """Add up what a run cost, by stage (and repository); ``run`` 0 is the last one that did anything."""
        from codestrata.workspace.figures import figures

        with self.reader() as catalogue:
            return figures(catalogue, run, by_repository=by_repository)

    def dead(self) -> list[Task]:
        """List the tasks that gave up."""
        with self.reader() as catalogue:
            return catalogue.ledger.dead_letters()

    def show(self, name: str) -> dict[str, Any]:
        """Show one repository, by full name, purl or id: what it is, and what became of its files."""
        from codestrata.workspace.show import show

        with self.reader() as catalogue:
            return show(catalogue, self.view(catalogue), name)

    def decisions(self, name: str, wanted: Wanted | None = None) -> Decisions:
        """Give what a repository decided, and why, in its own words: each with quotations and where they stand."""
        from codestrata.workspace.decisions import Wanted, decisions

        with self.reader() as catalogue:
            return decisions(catalogue, self.view(catalogue), name, wanted or Wanted())

    def lineage(self, row: str, dataset: str | Path | None = None) -> Lineage:
        """Trace one row: input row, repository, commit, blob, analysers, output row; the bytes are verified.

        ``row`` is ``repo:path``, ``repo@commit:path`` or ``FILE#N`` (the N-th row of a shard, from 0).
        """
        from codestrata.export.stage import trace

        with self.reader() as catalogue:
            return trace(catalogue, self.view(catalogue), row, Path(dataset) if dataset else None)

    def last_dataset(self) -> Path | None:
        """Give the folder of the dataset that was published last here."""
        from codestrata.export.stage import last_dataset

        return last_dataset(self.layout.root)

    def why(self, place: str, dataset: str | Path | None = None) -> Life:
        """Tell the whole life of a file, named as in :meth:`lineage`: every gate, its licence, its twins, its row."""
        from codestrata.export.stage import explain

        with self.reader() as catalogue:
            view = self.view(catalogue)
            return explain(catalogue, view, view.run, place, Path(dataset) if dataset else None)

    def reader(self) -> Catalogue:
        """Open the catalogue for reading, beside whoever writes. Raises InvalidInput where there is no workspace."""
        from codestrata.store.catalogue import Catalogue

        if not self.layout.catalogue.exists():
            raise InvalidInput("no workspace here", where=str(self.layout.root), hint="strata run LIST makes one")
        return Catalogue(self.layout.catalogue, read_only=True)

    def view(self, catalogue: Catalogue, run: int | None = None) -> RunView:
        """Give the view of a run, or of the last one."""
        from codestrata.engine.view import RunView

        return RunView(catalogue, self.layout, self.settings, run or self._last(catalogue))

    def _last(self, catalogue: Catalogue) -> int:
        last = catalogue.last_run()
        if last is None:
            raise InvalidInput("no repositories yet", where=str(self.layout.root), hint="strata discover LIST first")
        return last.id
