"""Settling leases: commit, fail, give back. Each is one transaction, and only the newest holder of a task can do it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codestrata.store.letters import Letters
from codestrata.store.retry import History, Terms, judge
from codestrata.store.tasks import Commit, Cost, Failure, Lease, TaskState, to_json
from codestrata.telemetry import Event

if TYPE_CHECKING:
    import sqlite3

    from codestrata.model import Snapshot
    from codestrata.store.database import Database
    from codestrata.store.records import TableFile


class Settling(Letters):
    """The end of a lease; :class:`codestrata.store.ledger.Ledger` adds its beginning."""

    def __init__(self, database: Database, clock: Callable[[], float], terms: Terms) -> None:
        super().__init__(database, clock)
        self.terms = terms

    def commit(self, lease: Lease, commit: Commit) -> bool:
        """Make an attempt's work count; False when the lease is no longer this worker's (nothing is changed then)."""
        now = self.clock()
        cost = _cost(commit.cost)
        with self.database.transaction():
            if not self._do("finish", id=lease.task, token=lease.token, now=now, cost=cost).rowcount:
                self._close(lease, "stale", now, cost)
                return False
            if self._commit_row(lease, commit, now):
                self._many("table_file", (_file(lease, file) for file in commit.files))
                self._many("snapshot", (_snapshot(lease, snapshot) for snapshot in commit.snapshots))
            self._close(lease, "done", now, cost)
            self._event("done", lease, now, commit.cost, commit.counts)
        return True

    def _commit_row(self, lease: Lease, commit: Commit, now: float) -> bool:
        """Write the commit row; False when the key has one already, which stays, whatever this attempt made."""
        row = {"stage": lease.stage, "key": lease.key, "run": lease.run, "now": now}
        fresh = self._do(
            "commit_row",
            version=lease.version,
            subject=lease.subject,
            output_hash=commit.output_hash,
            result=to_json(commit.result),
            counts=to_json(commit.counts),
            **row,
        ).rowcount
        if fresh:
            return True
        first = self._do("committed_hash", stage=lease.stage, key=lease.key).fetchone()[0]
        if first != commit.output_hash:
            self._do("nondeterministic", first=first, second=commit.output_hash, **row)
            self._event("nondeterministic", lease, now, Cost(), {}, f"{first} then {commit.output_hash}")
        return False

    def fail(self, lease: Lease, failure: Failure) -> TaskState | None:
        """Record a failed attempt and decide what becomes of the task; None when the lease is no longer valid.

        A charge for a worker's death is doubtful at first: :meth:`confirm` or :meth:`acquit` decide about it.
        """
        now = self.clock()
        with self.database.transaction():
            found = self._all("held", id=lease.task, token=lease.token)
            if not found:
                return None
            row = found[0]
            past = History(row["attempts"], row["max_attempts"], row["deaths"], row["waits"], row["scale"])
            verdict = judge(failure, past, self.terms.backoff)
            again = verdict.state is TaskState.READY
            told = {"error_class": verdict.error_class, "error": failure.message, "cost": _cost(failure.cost)}
            self._do(
                "settle",
                id=lease.task,
                token=lease.token,
                state=verdict.state,
                not_before=now + verdict.wait if verdict.wait else 0.0,
                attempts=verdict.history.attempts,
                deaths=verdict.history.deaths,
                waits=verdict.history.waits,
                scale=verdict.history.scale,
                hint=failure.hint,
                finished=0.0 if again else now,
                **told,
            )
            if failure.retry_after and lease.limit_key:
                self._do("hold_back", until=now + failure.retry_after, limit_key=lease.limit_key)
            outcome = "doubtful" if failure.killed else "failed"
            self._do("attempt_finished", id=lease.task, token=lease.token, now=now, outcome=outcome, **told)
            kind = "killed" if failure.killed else "failed"
            self._event(kind, lease, now, failure.cost, {}, f"{verdict.error_class}: {failure.message}")
        return verdict.state

    def confirm(self, before: float = float("inf")) -> int:
        """Let charges for deaths stand that were made up to a time (seconds since 1970); returns how many.

        Whoever made them lives on, so it was the task that killed the worker, or somebody who meant that worker.
        """
        return self._do("confirm", before=before).rowcount

    def acquit(self) -> int:
        """Take back the charges for deaths that nobody confirmed; returns how many tasks had some.

        Whoever made them died, or was ended, a moment later: everything was killed together, in whatever order, and
        that says nothing about the tasks.
        """
        with self.database.transaction():
            rows = self._all("doubtful")
            for row in rows:
                self._do("take_back", id=row["id"], n=row["n"])
            self._do("acquit")
        return len(rows)

    def release(self, worker: str = "") -> int:
        """Give back what a worker (or, without a name, everybody) has leased, at no charge; returns how many tasks."""
        with self.database.transaction():
            rows = self._all("leases", worker=worker)
            for row in rows:
                self._give_back(row, "released" if worker else "lost")
        return len(rows)

    def give_back(self, lease: Lease) -> bool:
        """Give back one task, at no charge; False when the lease is no longer valid."""
        with self.database.transaction():
            return self._give_back({"id": lease.task, "lease_token": lease.token}, "released")

    def _expire(self, now: float) -> None:
        for row in self._all("expired", now=now):
            self._give_back(row, "lost")

    def _give_back(self, row: Mapping[str, Any] | sqlite3.Row, outcome: str) -> bool:
        held = self._do("release", id=row["id"], token=row["lease_token"]).rowcount
        if held:
            self._attempt(row["id"], row["lease_token"], outcome, self.clock(), "{}")
        return bool(held)

    def _close(self, lease: Lease, outcome: str, now: float, cost: str) -> None:
        self._attempt(lease.task, lease.token, outcome, now, cost)

    def _attempt(self, task: int, token: int, outcome: str, now: float, cost: str) -> None:
        self._do(
            "attempt_finished", id=task, token=token, now=now, outcome=outcome, error_class="", error="", cost=cost
        )

    def _event(
        self, kind: str, lease: Lease, now: float, cost: Cost, counts: Mapping[str, float], detail: str = ""
    ) -> None:
        self.record(
            Event(
                kind,
                lease.run,
                lease.stage,
                lease.subject,
                lease.task,
                now,
                cost.seconds,
                cost.cpu_seconds,
                cost.max_rss,
                counts.get("bytes", 0.0),
                counts,
                detail,
            )
        )


def _cost(cost: Cost) -> str:
    return to_json({"seconds": cost.seconds, "cpu_seconds": cost.cpu_seconds, "max_rss": cost.max_rss})


def _file(lease: Lease, file: TableFile) -> dict[str, Any]:
    return {
        "stage": lease.stage,
        "key": lease.key,
        "table": file.table,
        "path": file.path,
        "rows": file.rows,
        "bytes": file.bytes,
        "sha256": file.sha256,
    }


def _snapshot(lease: Lease, snapshot: Snapshot) -> dict[str, Any]:
    fields = dataclasses.asdict(snapshot)
    return {"stage": lease.stage, "key": lease.key, **fields}
