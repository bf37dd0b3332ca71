"""The catalogue: repositories, runs and their selections, and everything that has been committed. One SQLite file.

Readers (status, show, lineage) open it beside a running writer; only who holds the workspace writes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from codestrata.store import records
from codestrata.store.database import Area, Database
from codestrata.store.ledger import Ledger
from codestrata.store.migrations import check, migrate, version
from codestrata.store.plans import Plans
from codestrata.store.reports import Reports
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.model import Repository, Snapshot
    from codestrata.store.records import Committed, Run, TableFile


@dataclass(frozen=True, slots=True)
class KnownResult:
    """The ``result`` of a committed partition, with its subject and key."""

    subject: str
    key: str
    result: Mapping[str, Any]


class Catalogue(Area):
    """The catalogue in a file. ``read_only`` never writes and never waits for a writer.

    An engine sets ``untidy`` when an attempt may have left files that no commit knows; the next holder removes them.
    """

    sql = "catalogue"

    def __init__(self, path: Path, *, read_only: bool = False, clock: Callable[[], float] = time.time) -> None:
        super().__init__(Database(path, read_only=read_only))
        self.path = path
        self.clock = clock
        self.untidy = False
        if read_only:
            check(self.database, version(self.database))
        else:
            migrate(self.database, clock())

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def __enter__(self) -> Self:
        """Hold the file for a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @cached_property
    def ledger(self) -> Ledger:
        """Give the task ledger with default limits; an engine sets its own."""
        return Ledger(self.database, clock=self.clock)

    @cached_property
    def reports(self) -> Reports:
        """Give the questions about status, events and figures."""
        return Reports(self.database)

    @cached_property
    def plans(self) -> Plans:
        """Give the plans that are remembered."""
        return Plans(self.database)

    # -- repositories -------------------------------------------------------------------------------------------------

    def put_repositories(self, repositories: Iterable[Repository]) -> None:
        """Write repositories; a known one is brought up to date."""
        with self.database.transaction():
            self._many("put_repository", map(records.put, repositories))

    def repository(self, name: str) -> Repository | None:
        """Give a repository by its id or its full name."""
        rows = self._all("repository", name=name)
        return records.to_repository(rows[0]) if rows else None

    def repositories(self, run: int | None = None) -> list[Repository]:
        """List all repositories, or those a run selected, in the order of their ids."""
        rows = self._all("repositories") if run is None else self._all("repositories_of_run", run=run)
        return [records.to_repository(row) for row in rows]

    # -- runs ---------------------------------------------------------------------------------------------------------

    def start_run(self, command: str, settings: Mapping[str, Any], *, aside: bool = False) -> int:
        """Open a run; returns its number. ``aside``: what comes after does not go on from it."""
        text, now = json.dumps(dict(settings), sort_keys=True), self.clock()
        told = {"command": command, "settings": text, "software": SOFTWARE, "now": now, "aside": int(aside)}
        return int(self._do("start_run", **told).fetchone()[0])

    def select(self, run: int, repositories: Sequence[str]) -> None:
        """Say which repositories (ids, in this order) a run is about."""
        rows = [{"run": run, "position": i, "repository": id_} for i, id_ in enumerate(repositories)]
        with self.database.transaction():
            self._many("select", rows)

    def selection(self, run: int) -> list[str]:
        """List the repository ids of a run in the order given."""
        return [row["repository_id"] for row in self._all("selection", run=run)]

    def finish_run(self, run: int, state: str, exit_code: int = 0) -> None:
        """Close a run as done, partial, failed or interrupted, and force everything to disk."""
        self._do("finish_run", run=run, state=state, exit_code=exit_code, now=self.clock())
        self.database.flush()

    def interrupt_runs(self) -> int:
        """Mark runs that nobody works on any more; only for who holds the workspace."""
        return self._do("interrupt_runs", now=self.clock()).rowcount

    def runs(self) -> list[Run]:
        """List all runs, oldest first."""
        return [records.to_run(row) for row in self._all("runs")]

    def last_run(self) -> Run | None:
        """Give the newest run that is not aside."""
        rows = self._all("run", run=0)
        return records.to_run(rows[0]) if rows else None

    # -- what has been committed --------------------------------------------------------------------------------------

    def snapshots(self, run: int | None = None) -> list[Snapshot]:
        """List the snapshots a run's partitions committed, or the newest of every repository, by repository id."""
        rows = self._all("snapshots") if run is None else self._all("snapshots_of_run", run=run)
        return [records.to_snapshot(row) for row in rows]

    def has_snapshots(self, run: int) -> bool:
        """Say whether any partition of a run has committed a snapshot."""
        return bool(self._all("any_snapshot_of_run", run=run))

    def snapshot(self, repository_id: str) -> Snapshot | None:
        """Give the newest snapshot of a repository."""
        rows = self._all("snapshot", repository=repository_id)
        return records.to_snapshot(rows[0]) if rows else None

    def files(
        self, table: str, *, run: int | None = None, subject: str = "", stage: str = "", version: str = ""
    ) -> list[TableFile]:
        """List committed files of a table by path.

        With ``run``, a file that belongs to a repository counts only if this run planned its partition, so that what an
        earlier run saw does not leak in; files that belong to none (facts of blobs) always count.
        """
        rows = self._all("files_of_run", table=table, run=run or 0, subject=subject, stage=stage, version=version)
        return [records.to_file(row) for row in rows]

    def results(self, run: int, stage: str) -> list[dict[str, Any]]:
        """List the results of a stage's partitions, in the order this run planned them."""
        return [json.loads(row["result_json"]) for row in self._all("results", run=run, stage=stage)]

    def specs(self, run: int, stage: str) -> list[dict[str, Any]]:
        """List what a run's partitions of a stage depend on, in planned order."""
        return [json.loads(row["spec_json"]) for row in self._all("specs", run=run, stage=stage)]

    def known_results(self, stage: str, subject: str = "") -> list[KnownResult]:
        """List what has ever been committed for a stage (of one subject), asked for last at the end."""
        rows = self._all("known_results", stage=stage, subject=subject)
        return [KnownResult(r["subject"], r["key"], json.loads(r["result_json"])) for r in rows]

    def files_of(self, stage: str, key: str) -> list[TableFile]:
        """List the table files of one committed partition, by table."""
        return [records.to_file(row) for row in self._all("files_of_key", stage=stage, key=key)]

    def planned_files(self, run: int, stage: str, table: str) -> list[TableFile]:
        """List the table files of a stage's partitions, in the order this run planned them."""
        return [records.to_file(row) for row in self._all("planned_files", run=run, stage=stage, table=table)]

    def commits(self, stage: str = "", *, subject: str = "", key: str = "") -> list[Committed]:
        """List commit rows, oldest first; empty texts mean any."""
        return [records.to_committed(row) for row in self._all("commits", stage=stage, subject=subject, key=key)]

    def table_paths(self) -> Iterator[str]:
        """Give the path of every committed table file."""
        return (row["path"] for row in self._all("table_paths"))

    def nondeterministic(self) -> list[dict[str, Any]]:
        """List the keys for which a second attempt gave other bytes: stage, key, both hashes, run, time."""
        return [dict(row) for row in self._all("nondeterministic")]
