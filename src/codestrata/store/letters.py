"""Reading and steering the ledger: counts, tasks, attempts, dead letters, retry, cancel, the event log's end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from codestrata.store.database import Area
from codestrata.store.tasks import Attempt, Task, TaskState

if TYPE_CHECKING:
    import sqlite3

    from codestrata.store.database import Database
    from codestrata.telemetry import Event


class Letters(Area):
    """The part of the ledger that people use; :class:`codestrata.store.ledger.Ledger` adds what workers use."""

    sql = "ledger"

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        super().__init__(database)
        self.clock = clock

    def counts(self, run: int, stage: str = "") -> dict[TaskState, int]:
        """Count the tasks that were last planned by a run, by state."""
        return {TaskState(row["state"]): int(row["n"]) for row in self._all("counts", run=run, stage=stage)}

    def tasks(self, run: int = 0, stage: str = "", state: str = "") -> list[Task]:
        """List tasks in the order they were queued; 0 and empty texts mean any."""
        return [_task(row) for row in self._all("tasks", run=run, stage=stage, state=state)]

    def task(self, task: int) -> Task | None:
        """Give one task by its number."""
        rows = self._all("task", id=task)
        return _task(rows[0]) if rows else None

    def attempts(self, task: int) -> list[Attempt]:
        """List everything that was tried at a task, oldest first."""
        return [_attempt(row) for row in self._all("attempts", id=task)]

    def dead_letters(self, run: int = 0) -> list[Task]:
        """List the tasks given up (failed or dead), of one run or of all."""
        return [_task(row) for row in self._all("dead_letters", run=run)]

    def retry(self, ids: Iterable[int] = (), *, run: int = 0, stage: str = "", error_class: str = "") -> int:
        """Give tasks that were given up a new life: those named, or all that match; returns how many."""
        chosen = list(ids) or [0]
        with self.database.transaction():
            return sum(
                self._do("retry", id=id_, run=run, stage=stage, error_class=error_class).rowcount for id_ in chosen
            )

    def again(self, run: int, ids: Iterable[int]) -> int:
        """Have committed tasks done once more, to see whether they give the same bytes; returns how many."""
        with self.database.transaction():
            return sum(self._do("again", id=id_, run=run).rowcount for id_ in ids)

    def cancel(self, ids: Iterable[int] = (), *, run: int = 0) -> int:
        """Take back tasks that are not done: those named, or all of a run; returns how many."""
        chosen = list(ids) or [0]
        with self.database.transaction():
            return sum(self._do("cancel", id=id_, run=run, now=self.clock()).rowcount for id_ in chosen)

    def stop(self, run: int, stage: str) -> int:
        """Have no more of a stage begun in a run; what is being done is finished. Returns how many are taken back."""
        return self._do("stop", run=run, stage=stage, now=self.clock()).rowcount

    def record(self, event: Event) -> None:
        """Add a row to the event log; ``at`` is now when the event does not say."""
        self._do(
            "event",
            run=event.run,
            at=event.at or self.clock(),
            kind=event.kind,
            stage=event.stage,
            subject=event.subject,
            task=event.task,
            seconds=event.seconds,
            cpu_seconds=event.cpu_seconds,
            max_rss=event.max_rss,
            bytes=event.bytes,
            counts=json.dumps(dict(event.counts), sort_keys=True),
            detail=event.detail,
        )


def _task(row: sqlite3.Row) -> Task:
    return Task(
        id=row["id"],
        stage=row["stage"],
        key=row["key"],
        version=row["version"],
        run=row["run_id"],
        subject=row["subject"],
        title=row["title"],
        state=TaskState(row["state"]),
        priority=row["prio"],
        pool=row["pool"],
        limit_key=row["limit_key"],
        weight=row["weight"],
        not_before=row["not_before"],
        attempts=row["attempts"],
        max_attempts=row["max_attempts"],
        worker=row["worker"],
        error_class=row["error_class"],
        error=row["error"],
        hint=row["hint"],
        spec=json.loads(row["spec_json"]),
        cost=json.loads(row["cost_json"]),
        created=row["created"],
        started=row["started"],
        finished=row["finished"],
    )


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        n=row["n"],
        worker=row["worker"],
        started=row["started"],
        finished=row["finished"],
        outcome=row["outcome"],
        error_class=row["error_class"],
        error=row["error"],
        cost=json.loads(row["cost_json"]),
    )
