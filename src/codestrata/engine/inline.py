"""The inline engine: the same ledger, the same attempts, in this process. For tests, debuggers and single steps.

It cannot survive a task that kills its process, and it limits no memory.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from codestrata.engine.attempt import Bench, Told, attempt
from codestrata.engine.board import Board
from codestrata.engine.interrupt import terminable
from codestrata.engine.limits import ledger
from codestrata.engine.planning import Planning
from codestrata.engine.stages import load_stages, named, patience
from codestrata.engine.view import RunView
from codestrata.errors import AnalysisTimeout, StorageError
from codestrata.kernels.library import choose
from codestrata.store.tables import Tables
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Step
    from codestrata.engine.report import StageReport
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout
    from codestrata.store.tasks import Enqueued, Lease

_NAME = "inline"


class InlineEngine:
    """Does the work in this process."""

    def __init__(
        self,
        catalogue: Catalogue,
        layout: Layout,
        settings: Settings,
        *,
        stages: str,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        choose(settings.engine.kernels)
        self._catalogue = catalogue
        self._bench = Bench(
            layout=layout,
            settings=settings,
            ledger=ledger(catalogue.database, settings.engine),
            tables=Tables(layout.tables),
            stages=load_stages(stages),
            secrets=secrets or {},
            guard=_deadline,
        )
        self._planning = Planning(catalogue, layout, settings, self._bench.ledger, stages, self._make_plan)

    def run(
        self, run: int, stage: Step, partitions: Iterable[Partition] | None = None, progress: Progress = SILENT
    ) -> StageReport:
        """Plan a stage and work until nothing is due."""
        queued = self._planning.queue(run, stage, partitions)
        board = Board(progress, stage.name, stage.unit, queued)
        try:
            self._bench.stop.clear()
            with terminable(self._bench.stop if patience(stage) else None):
                while not self._bench.stop.is_set() and self._step(run, stage.name, board):
                    pass
        except BaseException:
            self._catalogue.untidy = True
            with suppress(StorageError):  # on a full disk the next holder of the workspace gives the tasks back
                self._bench.ledger.release(_NAME)
            raise
        self._catalogue.untidy |= bool(board.lost)
        report = board.close()
        self._bench.ledger.record(report.event(run))
        return report

    def call(
        self, run: int, function: str, arguments: Mapping[str, Any], tell: Callable[[float], None] = lambda _: None
    ) -> Any:
        """Call ``package.module:function`` with the run's view, and give what it returns (JSON)."""
        with terminable():
            return named(function)(self._view(run), tell, **arguments)

    def prepare(self) -> None:
        """Have nothing to prepare."""

    def _make_plan(self, run: int, stage: str) -> Enqueued:
        return self._bench.ledger.enqueue(run, stage, self._bench.stages[stage].plan(self._view(run)))

    def _view(self, run: int) -> RunView:
        return RunView(self._catalogue, self._bench.layout, self._bench.settings, run, self._bench.tables)

    def _step(self, run: int, stage: str, board: Board) -> bool:
        leases = self._bench.ledger.lease(_NAME, run, stage, 1)
        for lease in leases:
            self._attempt(lease, board)
        if leases:
            return True
        due = self._bench.ledger.due(run, stage)
        if not due.nothing:
            time.sleep(min(1.0, max(0.01, due.wait)))
        return not due.nothing

    def _attempt(self, lease: Lease, board: Board) -> None:
        board.begin(lease.task, lease.weight, lease.title)
        told = Told(partial(board.advance, lease.task), partial(board.said, lease.task))
        ended = attempt(self._bench, lease, told)
        why = ended.failure
        reason = f"{why.error_class}: {why.message}" if why else ""
        board.end(lease.task, lease.title, ended.state or "", reason)

    def close(self) -> None:
        """Have nothing to close."""

    def __enter__(self) -> Self:
        """Use the engine in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


@contextmanager
def _deadline(lease: Lease) -> Iterator[None]:
    """Raise AnalysisTimeout in the main thread when the time is over; elsewhere a stage must watch ``io.remaining``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise AnalysisTimeout(f"no end after {lease.seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, lease.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
