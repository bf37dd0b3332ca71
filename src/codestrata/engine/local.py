"""The local engine: supervised worker processes on this machine, alive through all stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from codestrata.engine import limits
from codestrata.engine.board import Board
from codestrata.engine.crew import Crew
from codestrata.engine.interrupt import Interrupts
from codestrata.engine.shift import Shift
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Stage
    from codestrata.engine.report import StageReport
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout


class LocalEngine:
    """Does the work in worker processes that live until the engine is closed."""

    def __init__(
        self,
        catalogue: Catalogue,
        layout: Layout,
        settings: Settings,
        *,
        stages: str,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._ledger = limits.ledger(catalogue.database, settings.engine)
        self._settings = settings.engine
        hello = {
            "root": str(layout.root),
            "settings": settings.model_dump(mode="json"),
            "stages": stages,
            "secrets": dict(secrets or {}),
        }
        self._crew = Crew(layout, hello)

    def run(self, run: int, stage: Stage, partitions: Iterable[Partition], progress: Progress = SILENT) -> StageReport:
        """Plan the partitions and have them done; returns when nothing is due any more.

        Raises KeyboardInterrupt after SIGINT or SIGTERM and StorageError when the disk is full; tasks that were not
        finished are due again then.
        """
        queued = self._ledger.enqueue(run, stage.name, partitions)
        board = Board(progress, stage.name, stage.unit, queued)
        if queued.queued:
            shift = Shift(self._catalogue, self._ledger, self._crew, self._settings, run, stage.name, board)
            with Interrupts() as interrupts:
                shift.work(interrupts)
        self._catalogue.untidy |= bool(board.lost)
        report = board.close()
        self._ledger.record(report.event(run))
        return report

    def close(self) -> None:
        """End the workers."""
        self._crew.close()

    def __enter__(self) -> Self:
        """Use the engine in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
