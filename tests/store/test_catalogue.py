"""The catalogue keeps nouns as they are, runs with their selections, and shows a run only what it planned itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.store.conftest import Clock, part, repository

from codestrata.errors import ErrorClass, StorageError
from codestrata.model import Completeness, IngestionStatus, Snapshot
from codestrata.store import statements
from codestrata.store.catalogue import Catalogue
from codestrata.store.database import Database
from codestrata.store.migrations import migrate, split, version
from codestrata.store.tables import TableFile
from codestrata.store.tasks import Commit, Cost, Failure


def snapshot(repo: str, commit: str, **fields: object) -> Snapshot:
    """Make a snapshot of a repository."""
    return Snapshot(f"{repo}@{commit * 40}", repo, commit * 40, "b" * 40, "main", 1, f"repos/{repo}.git", **fields)  # type: ignore[arg-type]


def commit(catalogue: Catalogue, run: int, stage: str, made: dict[int, Commit]) -> None:
    """Lease everything of a stage and commit what was made, by partition number."""
    for lease in catalogue.ledger.lease("w", run, stage, 99):
        assert catalogue.ledger.commit(lease, made[lease.spec["i"]])


def test_repository_comes_back_as_it_went_in(catalogue: Catalogue) -> None:
    """Every field survives, the input row included; writing again brings it up to date."""
    first = repository(
        "ada/engine", stars=3, categories=("maths",), row={"file": "repos.csv", "line": 2, "cells": ["a"]}
    )
    second = repository("ada/engine", stars=4)
    catalogue.put_repositories([first, repository("bob/tool")])
    assert catalogue.repository(first.id) == first == catalogue.repository("ada/engine")
    catalogue.put_repositories([second])
    assert catalogue.repository("ada/engine") == second
    assert catalogue.repository("nobody/nothing") is None
    ids = [r.id for r in catalogue.repositories()]
    assert len(ids) == 2
    assert ids == sorted(ids)


def test_selection_keeps_its_order(catalogue: Catalogue, run: int) -> None:
    """A run's selection keeps the order it was given in; its repositories come in the order of ids."""
    repositories = [repository(name) for name in ("z/z", "a/a", "m/m", "other/other")]
    catalogue.put_repositories(repositories)
    catalogue.select(run, [r.id for r in repositories[:3]])
    assert catalogue.selection(run) == [r.id for r in repositories[:3]]
    assert [r.id for r in catalogue.repositories(run)] == sorted(r.id for r in repositories[:3])


def test_run_has_its_settings_and_end(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """A run knows its command, the settings it used, and how it ended."""
    clock.now += 5
    catalogue.finish_run(run, "partial", 3)
    last = catalogue.last_run()
    assert last is not None
    assert (last.id, last.command, last.settings) == (run, "run repos.csv", {"engine": {"workers": 2}})
    assert (last.state, last.exit_code, last.finished - last.started) == ("partial", 3, 5)


def test_yesterdays_snapshot_does_not_leak_in(catalogue: Catalogue, run: int) -> None:
    """A run sees the snapshots and files of partitions it planned; going back to an old commit shows the old ones."""

    def made(commit_id: str) -> Commit:
        file = TableFile("files", f"files/{commit_id}.parquet", 1, 1, commit_id)
        return Commit(commit_id, {"commit": commit_id}, files=[file], snapshots=[snapshot("r", commit_id)])

    outputs = {1: made("1"), 2: made("2")}
    seen = []
    for wanted in (1, 2, 1):
        run = catalogue.start_run("run", {})
        catalogue.ledger.enqueue(run, "ingest", [part(wanted, subject="r")])
        commit(catalogue, run, "ingest", outputs)
        files = [f.sha256 for f in catalogue.files("files", run=run)]
        newest = catalogue.snapshot("r")
        assert newest is not None
        assert [s.commit[0] for s in catalogue.snapshots(run)] == files == [newest.commit[0]]
        assert catalogue.results(run, "ingest") == [{"commit": files[0]}]
        seen += files
    assert seen == ["1", "2", "1"]
    assert len(catalogue.files("files")) == 2


def test_files_of_no_repository_always_count(catalogue: Catalogue, run: int) -> None:
    """Facts of blobs, once computed, are for every later run; their version can be asked for."""
    catalogue.ledger.enqueue(run, "analyze.facts", [part(1, "analyze.facts")])
    facts = TableFile("facts", "facts/a.parquet", 1, 1, "a")
    commit(catalogue, run, "analyze.facts", {1: Commit("h", files=[facts])})
    later = catalogue.start_run("again", {})
    assert catalogue.files("facts", run=later) == [facts]
    assert catalogue.files("facts", run=later, version="2") == []


def test_results_in_planned_order(catalogue: Catalogue, run: int) -> None:
    """Results come in the order of the plan, whatever order the work was done in."""
    catalogue.ledger.enqueue(run, "ingest", [part(i, priority=i) for i in (3, 1, 2)])
    commit(catalogue, run, "ingest", {i: Commit("h", {"i": i}) for i in (1, 2, 3)})
    assert [r["i"] for r in catalogue.results(run, "ingest")] == [3, 1, 2]


def test_status_is_read_off_the_ledger(catalogue: Catalogue, run: int) -> None:
    """Each of the six states follows from tasks and commits alone."""
    names = ["discovered", "queued", "ingesting", "analyzing", "complete", "failed", "quarantined", "empty"]
    ids = {name: repository(f"x/{name}").id for name in names}
    catalogue.put_repositories([repository(f"x/{name}") for name in names])
    ledger = catalogue.ledger
    planned = ["ingesting", "failed", "analyzing", "complete", "quarantined", "empty", "queued"]
    ledger.enqueue(run, "ingest", [part(i, subject=ids[name]) for i, name in enumerate(planned)])
    leases = ledger.lease("w", run, "ingest", 6)
    ledger.fail(leases[1], Failure(ErrorClass.CODE, "no such repository", "check the URL"))
    fields = {4: {"quarantine": "too many entries"}, 5: {"completeness": Completeness.EMPTY}}
    for i in (2, 3, 4, 5):
        ledger.commit(leases[i], Commit("h", snapshots=[snapshot(ids[planned[i]], "1", **fields.get(i, {}))]))
    ledger.enqueue(run, "analyze.paths", [part(0, "analyze.paths", subject=ids["complete"])])
    commit(catalogue, run, "analyze.paths", {0: Commit("h")})
    found = {s.full_name[2:]: s for s in catalogue.reports.status()}
    expected = {name: IngestionStatus(name.capitalize()) for name in names[:6]}
    expected |= {"quarantined": IngestionStatus.FAILED, "empty": IngestionStatus.COMPLETE}
    assert {name: s.status for name, s in found.items()} == expected
    assert (found["failed"].reason, found["failed"].hint) == ("no such repository", "check the URL")
    assert found["quarantined"].reason == "too many entries"


def test_figures_equal_the_event_log(catalogue: Catalogue, run: int) -> None:
    """Reports are sums over the events, by stage and by repository."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(i, subject=f"r{i % 2}") for i in range(4)])
    leases = ledger.lease("w", run, "ingest", 4)
    for i, lease in enumerate(leases[:3]):
        ledger.commit(lease, Commit("h", counts={"bytes": 10.0, "api_calls": i}, cost=Cost(1.0, 0.5, 100 + i)))
    ledger.fail(leases[3], Failure(ErrorClass.CODE, "no", cost=Cost(2.0, 1.0, 50)))
    (stage,) = catalogue.reports.figures(run)
    assert (stage.done, stage.failed, stage.seconds, stage.cpu_seconds, stage.max_rss) == (3, 1, 5.0, 2.5, 102)
    assert (stage.bytes, dict(stage.counts)) == (30.0, {"bytes": 30.0, "api_calls": 3.0})
    by_repository = catalogue.reports.figures(run, by_repository=True)
    assert {f.subject: (f.done, f.failed, f.seconds) for f in by_repository} == {"r0": (2, 0, 2.0), "r1": (1, 1, 3.0)}
    events = catalogue.reports.events(run)
    assert sum(e.seconds for e in events) == sum(f.seconds for f in by_repository) == stage.seconds


def test_reader_beside_a_writer(catalogue: Catalogue, run: int, tmp_path: Path) -> None:
    """A reader sees what is committed while a writer is in the middle of a transaction, and cannot write."""
    with catalogue.database.transaction():
        catalogue.database.run("delete from run")
        with Catalogue(tmp_path / "catalogue.sqlite", read_only=True) as reader:
            assert [r.id for r in reader.runs()] == [run]
            with pytest.raises(StorageError, match="readonly"):
                reader.start_run("x", {})


def test_reader_needs_a_catalogue(tmp_path: Path) -> None:
    """Looking into a folder that is no workspace makes nothing, and says so."""
    with pytest.raises(StorageError, match="no catalogue"):
        Catalogue(tmp_path / "catalogue.sqlite", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_migrations_run_once_and_in_order(tmp_path: Path) -> None:
    """Opening twice applies each migration once; a catalogue from the future is refused with advice."""
    with Database(tmp_path / "c.sqlite") as database:
        newest = len(statements.schema())
        assert migrate(database, 1.0) == newest
        assert migrate(database, 2.0) == 0
        assert version(database) == newest
        database.run("insert into schema_version values (999, 3.0)")
        with pytest.raises(StorageError, match="newer codestrata"):
            migrate(database, 4.0)


def test_failed_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that breaks half-way is taken back whole."""
    broken = [(1, "create table good (x integer);\ncreate table good (x integer);")]
    monkeypatch.setattr("codestrata.store.migrations.schema", lambda: broken)
    with Database(tmp_path / "c.sqlite") as database:
        with pytest.raises(StorageError, match="already exists"):
            migrate(database, 1.0)
        assert version(database) == 0
        assert database.run("select count(*) from sqlite_master where name = 'good'").fetchone()[0] == 0


def test_schema_splits_into_whole_statements() -> None:
    """Every piece of a migration script is one statement that makes or changes a table."""
    pieces = [piece for _, script in statements.schema() for piece in split(script)]
    assert all(piece.startswith(("create ", "alter table ")) for piece in pieces)


@pytest.mark.parametrize("name", ["ledger", "catalogue", "reports"])
def test_every_statement_is_valid(catalogue: Catalogue, name: str) -> None:
    """SQLite can prepare each named statement against the schema."""
    import re

    for sql in statements.statements(name).values():
        values = dict.fromkeys(re.findall(r":(\w+)", sql), 0)
        catalogue.database.run(f"explain {sql}", **values)


def test_opening_is_cheap() -> None:
    """Neither the store nor the engine's door brings in DuckDB or NumPy before they are needed."""
    code = (
        "import sys, codestrata.store.holding, codestrata.engine, codestrata.telemetry; "
        "print([m for m in ('duckdb', 'numpy', 'multiprocessing') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"
