"""Status and reports: questions asked of the ledger, the commit rows and the event log, never a second truth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from codestrata.model import Completeness, IngestionStatus
from codestrata.store.database import Area
from codestrata.telemetry import Event

if TYPE_CHECKING:
    import sqlite3

#: Why an empty repository is complete with nothing done: as its snapshot has a commit, or none.
_EMPTY = {True: "its newest commit has no file", False: "it has no commit"}
_QUARANTINE = "quarantined: looked at, never exported"


@dataclass(frozen=True, slots=True)
class RepositoryStatus:
    """Where a repository stands; ``reason`` and ``hint`` say why it failed, and what to do, or why it gave nothing."""

    repository_id: str
    full_name: str
    status: IngestionStatus
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over the event log for one stage (and, if asked for, one repository).

    done, failed, killed count attempts; ``seconds`` and ``cpu_seconds`` add up all of them; ``max_rss`` is the largest
    peak, in bytes; ``counts`` adds up what the stage itself counted (files, bytes, api_calls, …) in what was committed;
    ``first`` and ``last`` are when the first and the last attempt ended.
    """

    stage: str
    subject: str
    done: int
    failed: int
    killed: int
    seconds: float
    cpu_seconds: float
    max_rss: int
    bytes: float
    first: float
    last: float
    counts: Mapping[str, float] = field(default_factory=dict)


class Reports(Area):
    """The questions; :class:`codestrata.store.catalogue.Catalogue` answers them."""

    sql = "reports"

    def status(self, run: int | None = None) -> list[RepositoryStatus]:
        """Say where every repository (of a run's selection, or known at all) stands, in the order of their names."""
        rows = self._all("status", run=run or 0)
        return [_status(list(group)) for _, group in groupby(rows, key=lambda row: row["id"])]

    def events(self, run: int | None = None, *, stage: str = "", subject: str = "", kind: str = "") -> list[Event]:
        """List the event log, oldest first; empty texts mean any."""
        return [_event(row) for row in self._all("events", run=run or 0, stage=stage, subject=subject, kind=kind)]

    def figures(self, run: int, *, by_repository: bool = False) -> list[Figures]:
        """Add up the event log of a run by stage, or by stage and repository."""
        by = int(by_repository)
        counts: dict[tuple[str, str], Counter[str]] = {}
        for row in self._all("counted", run=run, by_subject=by):
            tally = counts.setdefault((row["stage"], row["subject"]), Counter())
            for name, value in json.loads(row["counts_json"]).items():
                tally[name] += value
        return [
            _figures(row, counts.get((row["stage"], row["subject"]), Counter()))
            for row in self._all("figures", run=run, by_subject=by)
        ]

    def elapsed(self, run: int) -> dict[str, float]:
        """Give the wall seconds each stage of a run took."""
        return {row["stage"]: row["seconds"] for row in self._all("elapsed", run=run)}


def _status(tasks: list[sqlite3.Row]) -> RepositoryStatus:
    """Read a repository's status off the tasks that the latest run planned for it."""
    name = tasks[0]["id"], tasks[0]["full_name"]
    planned = [task for task in tasks if task["planned_stage"]]
    for task in planned:
        if task["state"] in {"failed", "dead", "cancelled"}:
            return RepositoryStatus(*name, IngestionStatus.FAILED, task["error"] or task["state"], task["hint"])
        if task["quarantine"]:
            return RepositoryStatus(*name, IngestionStatus.FAILED, task["quarantine"], _QUARANTINE)
    empty = next((task for task in planned if task["completeness"] == Completeness.EMPTY), None)
    return RepositoryStatus(*name, _stage_reached(planned), _EMPTY[bool(empty["head"])] if empty else "")


def _stage_reached(tasks: list[sqlite3.Row]) -> IngestionStatus:
    """Say how far a repository without failures has come; an empty one has nothing to analyze."""
    ingest = [task for task in tasks if _verb(task) == "ingest"]
    analyze = [task["state"] == "done" for task in tasks if _verb(task) == "analyze"]
    if not tasks:
        return IngestionStatus.DISCOVERED
    if any(task["state"] == "leased" for task in ingest):
        return IngestionStatus.INGESTING
    if any(task["state"] != "done" for task in ingest):
        return IngestionStatus.QUEUED
    empty = any(task["completeness"] == Completeness.EMPTY for task in ingest)
    return IngestionStatus.COMPLETE if empty or (analyze and all(analyze)) else IngestionStatus.ANALYZING


def _verb(task: sqlite3.Row) -> str:
    return str(task["planned_stage"]).partition(".")[0]


def _event(row: sqlite3.Row) -> Event:
    return Event(
        row["kind"],
        row["run_id"],
        row["stage"],
        row["subject"],
        row["task_id"],
        row["at"],
        row["seconds"],
        row["cpu_seconds"],
        row["max_rss"],
        row["bytes"],
        json.loads(row["counts_json"]),
        row["detail"],
    )


def _figures(row: sqlite3.Row, counts: Mapping[str, float]) -> Figures:
    names = (
        "stage",
        "subject",
        "done",
        "failed",
        "killed",
        "seconds",
        "cpu_seconds",
        "max_rss",
        "bytes",
        "first",
        "last",
    )
    return Figures(**{name: row[name] for name in names}, counts=dict(counts))
