"""Planning: a stage's plan is remembered, or read off without any library, or made where the libraries are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from codestrata.engine.base import Entry
from codestrata.engine.memo import Memo
from codestrata.engine.stages import named
from codestrata.engine.view import RunView

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Step
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout
    from codestrata.store.ledger import Ledger
    from codestrata.store.tasks import Enqueued


class Planning:
    """The plans of one engine; ``make`` plans a stage (by run and name) with all that is needed for it."""

    def __init__(
        self,
        catalogue: Catalogue,
        layout: Layout,
        settings: Settings,
        ledger: Ledger,
        table: str,
        make: Callable[[int, str], Enqueued],
    ) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._settings = settings
        self._ledger = ledger
        self._memo = Memo(catalogue.plans, settings, table)
        self._make = make

    def queue(self, run: int, stage: Step, partitions: Iterable[Partition] | None) -> Enqueued:
        """Plan a stage for a run, with the partitions given or those it asks for itself."""
        self._memo.changed(run, stage.name)
        if partitions is None and isinstance(stage, Entry) and not stage.planner:
            return self._remembered(run, stage.name)
        self._catalogue.plans.forget(run, stage.name)
        if partitions is not None:
            return self._ledger.enqueue(run, stage.name, partitions)
        if isinstance(stage, Entry):
            view = RunView(self._catalogue, self._layout, self._settings, run)
            return self._ledger.enqueue(run, stage.name, named(stage.planner)(view))
        return self._make(run, stage.name)

    def _remembered(self, run: int, stage: str) -> Enqueued:
        plans, digest = self._catalogue.plans, self._memo.digest(run, stage)
        found = plans.recall(run, stage, digest, self._layout.tables)
        if found:
            self._ledger.cancel_unplanned(run, stage)
            return found
        plans.forget(run, stage)
        queued = self._make(run, stage)
        plans.remember(run, stage, digest)
        return queued
