"""The board: what a stage has done so far in this run, kept by whoever supervises, shown through the progress port."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codestrata.engine.report import StageReport

if TYPE_CHECKING:
    from codestrata.store.tasks import Enqueued
    from codestrata.telemetry import Progress


class Board:
    """Counts weight: of finished tasks in full, of running ones as far as they say."""

    def __init__(self, progress: Progress, stage: str, unit: str, queued: Enqueued) -> None:
        self._began = time.monotonic()
        self._queued = queued
        self._progress = progress
        self._stage = stage
        self._settled = 0.0
        self._weights: dict[int, float] = {}
        self._running: dict[int, float] = {}
        self._titles: dict[int, str] = {}
        self.done = 0
        self.failed = 0
        self.lost = 0
        progress.started(stage, unit, queued.queued, queued.weight)

    def begin(self, task: int, weight: float, title: str) -> None:
        """Note that a task has begun."""
        self._weights[task] = weight
        self._titles[task] = title

    def advance(self, task: int, done: float) -> None:
        """Note how far a running task is."""
        self._running[task] = min(done, self._weights.get(task, 0.0))
        self._tell()

    def said(self, task: int, event: Mapping[str, Any]) -> None:
        """Pass on what a running task says of itself."""
        self._progress.said(self._stage, self._titles.get(task, ""), event)

    def end(self, task: int, title: str, state: str, reason: str) -> None:
        """Note how an attempt ended; an empty state means that the lease was lost."""
        weight = self._weights.pop(task, 0.0)
        self._running.pop(task, None)
        self._titles.pop(task, None)
        if state in {"done", "failed", "dead"}:
            self._settled += weight
        self.lost += not state
        self.done += state == "done"
        self.failed += state in {"failed", "dead"}
        if reason:
            self._progress.failed(self._stage, title, reason, state == "ready")
        self._tell()

    def close(self) -> StageReport:
        """Tell that the stage is over, and sum it up."""
        self._progress.finished(self._stage, self.done, self.failed)
        failed = self._queued.failed + self.failed
        seconds = time.monotonic() - self._began
        return StageReport(self._stage, self._queued.planned, self._queued.done, self.done, failed, seconds)

    def _tell(self) -> None:
        self._progress.advanced(self._stage, self._settled + sum(self._running.values()))
