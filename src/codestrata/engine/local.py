"""The local engine: supervised worker processes on this machine, alive through all stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from codestrata.engine import limits
from codestrata.engine.board import Board
from codestrata.engine.planning import Planning
from codestrata.engine.stages import patience
from codestrata.store.tasks import Enqueued
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Step
    from codestrata.engine.crew import Crew
    from codestrata.engine.report import StageReport
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout


class LocalEngine:
    """Does the work in worker processes that live until the engine is closed; with nothing to do there is none."""

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
        self._settings = settings
        self._layout = layout
        self._stages = stages
        self._secrets = dict(secrets or {})
        self._planning = Planning(catalogue, layout, settings, self._ledger, stages, self._make_plan)
        self._opened: Crew | None = None

    def run(
        self, run: int, stage: Step, partitions: Iterable[Partition] | None = None, progress: Progress = SILENT
    ) -> StageReport:
        """Plan a stage and have its partitions done; returns when nothing is due any more.

        Raises KeyboardInterrupt after SIGINT or SIGTERM and StorageError when the disk is full; tasks that were not
        finished are due again then.
        """
        queued = self._planning.queue(run, stage, partitions)
        board = Board(progress, stage.name, stage.unit, queued)
        if queued.queued:
            self._work(run, stage, board)
        self._catalogue.untidy |= bool(board.lost)
        report = board.close()
        self._ledger.record(report.event(run))
        return report

    def call(
        self, run: int, function: str, arguments: Mapping[str, Any], tell: Callable[[float], None] = lambda _: None
    ) -> Any:
        """Have a worker call ``package.module:function`` with the run's view, and give what it returns (JSON)."""
        return self._send({"kind": "call", "what": function, "run": run, "arguments": dict(arguments)}, tell)

    def prepare(self) -> None:
        """Begin to import what stages are made of, beside this process: something will have to be done."""
        self._crew.prepare()

    @property
    def _crew(self) -> Crew:
        if self._opened is None:
            from codestrata.engine.crew import Crew

            hello = {
                "root": str(self._layout.root),
                "settings": self._settings.model_dump(),
                "stages": self._stages,
                "secrets": self._secrets,
            }
            self._opened = Crew(self._layout, hello)
        return self._opened

    def _work(self, run: int, stage: Step, board: Board) -> None:
        from codestrata.engine.interrupt import Interrupts
        from codestrata.engine.shift import Shift

        shift = Shift(self._catalogue, self._ledger, self._crew, self._settings.engine, run, stage.name, board)
        shift.patience = patience(stage)
        with Interrupts() as interrupts:
            shift.work(interrupts)

    def _make_plan(self, run: int, stage: str) -> Enqueued:
        return Enqueued(**self._send({"kind": "plan", "what": stage, "run": run}, lambda _: None))

    def _send(self, order: dict[str, Any], tell: Callable[[float], None]) -> Any:
        from codestrata.engine.errand import Errand

        return Errand(self._catalogue, self._crew, self._settings.engine, order, tell).run()

    def close(self) -> None:
        """End the workers."""
        if self._opened:
            self._opened.close()

    def __enter__(self) -> Self:
        """Use the engine in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
