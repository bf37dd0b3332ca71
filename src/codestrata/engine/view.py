"""The view a plan has: everything committed, limited to one run's repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codestrata.model import Repository, Snapshot
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout
    from codestrata.store.records import TableFile
    from codestrata.store.tables import Tables


class RunView:
    """The :class:`codestrata.engine.base.View` of one run."""

    def __init__(
        self, catalogue: Catalogue, layout: Layout, settings: Settings, run: int, tables: Tables | None = None
    ) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._settings = settings
        self._run = run
        self._tables = tables

    @property
    def run(self) -> int:
        """Give the run's number."""
        return self._run

    @property
    def settings(self) -> Settings:
        """Give the settings of the run."""
        return self._settings

    @property
    def workspace(self) -> Path:
        """Give the workspace folder."""
        return self._layout.root

    @property
    def tables(self) -> Tables:
        """Give the reader of bulk tables; it comes with NumPy and Arrow, at first use."""
        if self._tables is None:
            from codestrata.store.tables import Tables

            self._tables = Tables(self._layout.tables)
        return self._tables

    def repositories(self) -> Sequence[Repository]:
        """List the repositories of this run, in the order of their ids."""
        return self._catalogue.repositories(self._run)

    def snapshots(self) -> Sequence[Snapshot]:
        """List the snapshots this run's partitions committed, in the order of repository ids."""
        return self._catalogue.snapshots(self._run)

    def files(self, table: str, *, subject: str = "", stage: str = "", version: str = "") -> Sequence[TableFile]:
        """List committed files of a table, of one repository or of all, in the order of their paths."""
        return self._catalogue.files(table, run=self._run, subject=subject, stage=stage, version=version)

    def planned(self, stage: str, table: str) -> Sequence[TableFile]:
        """List a table's files of the partitions this run planned for a stage, in planned order."""
        return self._catalogue.planned_files(self._run, stage, table)

    def results(self, stage: str) -> Sequence[Mapping[str, Any]]:
        """List the results of a stage's partitions in the order this run planned them."""
        return self._catalogue.results(self._run, stage)
