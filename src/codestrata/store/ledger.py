"""The task ledger: who has leased what, what came of it, and what is due.

A lease is a promise with an end (``lease_until``) and a number (``lease_token``) that rises with every lease of the
task. Only the newest holder may commit; whoever wakes up late changes nothing. A commit is one transaction: commit
row, table files, snapshots, the task's state, the attempt and its event arrive together or not at all.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from codestrata.errors import StrataError
from codestrata.store.retry import Terms
from codestrata.store.settling import Settling
from codestrata.store.tasks import Due, Enqueued, Lease, Work, to_json

if TYPE_CHECKING:
    import sqlite3

    from codestrata.store.database import Database

#: Partitions written to the queue in one transaction.
_CHUNK = 2000


class Ledger(Settling):
    """The queue over one catalogue. ``clock`` gives seconds since 1970; ``terms`` are its retry policy and limits."""

    def __init__(
        self, database: Database, *, clock: Callable[[], float] = time.time, terms: Terms | None = None
    ) -> None:
        super().__init__(database, clock, terms or Terms())

    # -- putting in ---------------------------------------------------------------------------------------------------

    def enqueue(self, run: int, stage: str, partitions: Iterable[Work]) -> Enqueued:
        """Plan a stage for a run, in place of any plan this run had for it, and queue what nobody has committed yet."""
        source = iter(partitions)
        first = position = int(self._all("next_position", run=run, stage=stage)[0]["next"])
        while chunk := list(islice(source, _CHUNK)):
            with self.database.transaction():
                self._enqueue(run, stage, first, position, chunk)
            position += len(chunk)
        with self.database.transaction():
            self._do("forget_older_plan", run=run, stage=stage, position=first)
            self.cancel_unplanned(run, stage)
        states = {row["state"]: row for row in self._all("planned_states", run=run, stage=stage)}
        count = Counter({state: int(row["n"]) for state, row in states.items()})
        return Enqueued(
            planned=count.total(),
            done=count["done"],
            queued=count["ready"] + count["leased"],
            failed=count["failed"] + count["dead"] + count["cancelled"],
            weight=sum(int(row["weight"]) for state, row in states.items() if state in {"ready", "leased"}),
        )

    def cancel_unplanned(self, run: int, stage: str) -> int:
        """Take back what an older plan of a run left undone and its plan of now does not ask for; returns how many."""
        return self._do("cancel_unplanned", run=run, stage=stage, now=self.clock()).rowcount

    def _enqueue(self, run: int, stage: str, first: int, position: int, chunk: Sequence[Work]) -> None:
        keyed = _keyed(chunk)
        rows = [
            {"run": run, "stage": stage, "first": first, "position": position + i, "key": key, "subject": work.subject}
            for i, (key, work) in enumerate(keyed.items())
        ]
        if self._many("plan", rows).rowcount < len(rows):
            raise _two_subjects(stage)
        due = self._all("uncommitted", run=run, stage=stage, low=position, high=position + len(rows))
        now = self.clock()
        self._many("enqueue", (self._row(run, row["key"], keyed[row["key"]], now) for row in due))

    def _row(self, run: int, key: str, work: Work, now: float) -> dict[str, Any]:
        return {
            "stage": work.stage,
            "key": key,
            "version": work.version,
            "run": run,
            "subject": work.subject,
            "title": work.title,
            "spec": to_json(work.spec),
            "hint": to_json(work.hint),
            "prio": work.priority,
            "pool": work.pool,
            "limit_key": work.limit_key,
            "time_limit": work.timeout,
            "weight": work.weight,
            "max_attempts": self.terms.attempts,
            "now": now,
        }

    # -- taking out ---------------------------------------------------------------------------------------------------

    def lease(self, worker: str, run: int, stage: str, n: int = 1) -> list[Lease]:
        """Take up to n tasks of a stage: highest priority first, within the limits of pools and limit keys."""
        now = self.clock()
        with self.database.transaction():
            self._expire(now)
            busy = {row["pool"]: int(row["busy"]) for row in self._all("pools")}
            keys = Counter({row["limit_key"]: int(row["busy"]) for row in self._all("keys_busy")})
            chosen: list[sqlite3.Row] = []
            for row in self._all("pools_due", run=run, stage=stage):
                room = min(n, self._free(row["pool"], busy))
                found = self._candidates(run, stage, row["pool"], now, room) if room > 0 else []
                chosen += islice((one for one in found if self._room(one, keys)), room)
            chosen = sorted(chosen, key=lambda row: (-row["prio"], row["id"]))[:n]
            for row in chosen:
                self._do("take", id=row["id"], worker=worker, until=now + self.terms.lease_seconds, now=now)
                self._do("attempt_started", id=row["id"], token=row["lease_token"] + 1, worker=worker, now=now)
        return [_lease(row, row["lease_token"] + 1) for row in chosen]

    def _candidates(self, run: int, stage: str, pool: str, now: float, room: int) -> list[sqlite3.Row]:
        return self._all("candidates", run=run, stage=stage, pool=pool, now=now, per_key=self.terms.per_key, n=room * 4)

    def _free(self, pool: str, busy: Mapping[str, int]) -> int:
        """Count the free slots of a pool; one that has no limit has as many as anybody asks for."""
        return self.terms.pools.get(pool, sys.maxsize) - busy.get(pool, 0)

    def _room(self, row: sqlite3.Row, keys: Counter[str]) -> bool:
        key = row["limit_key"]
        keys[key] += 1
        return not key or keys[key] <= self.terms.per_key

    def heartbeat(self, worker: str) -> int:
        """Say that a worker lives: its leases last from now on; returns how many it holds."""
        return self._do("heartbeat", worker=worker, until=self.clock() + self.terms.lease_seconds).rowcount

    def due(self, run: int, stage: str) -> Due:
        """Say what a stage still waits for."""
        row = self._all("due", run=run, stage=stage)[0]
        wait = float("inf") if row["next"] is None else max(0.0, row["next"] - self.clock())
        return Due(wait, bool(row["leased"]))

    def ready_pools(self, run: int, stage: str) -> dict[str, int]:
        """Count the tasks of a stage that wait, by pool."""
        return {row["pool"]: int(row["n"]) for row in self._all("pools_ready", run=run, stage=stage)}

    def held_by(self, worker: str) -> list[Lease]:
        """List what a worker has leased."""
        return [_lease(row, row["lease_token"]) for row in self._all("held_by", worker=worker)]


def _keyed(chunk: Sequence[Work]) -> dict[str, Work]:
    keyed: dict[str, Work] = {}
    for work in chunk:
        if keyed.setdefault(work.key, work).subject != work.subject:
            raise _two_subjects(work.stage)
        keyed[work.key] = work
    return keyed


def _two_subjects(stage: str) -> StrataError:
    """Say that a plan gives one result to two repositories: the second would have none of its own."""
    return StrataError("two partitions have one key and different subjects", where=stage, hint="a defect of its plan")


def _lease(row: sqlite3.Row, token: int) -> Lease:
    return Lease(
        task=row["id"],
        token=token,
        run=row["run_id"],
        stage=row["stage"],
        key=row["key"],
        version=row["version"],
        subject=row["subject"],
        title=row["title"],
        spec=json.loads(row["spec_json"]),
        place=json.loads(row["hint_json"]),
        priority=row["prio"],
        pool=row["pool"],
        limit_key=row["limit_key"],
        seconds=row["time_limit"] * row["scale"],
        weight=row["weight"],
        scale=row["scale"],
    )
