"""The ledger's rules: leases, fencing, retries, limits, dead letters, and commits that arrive whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.conftest import Clock, part

from codestrata.errors import ErrorClass, StorageError, StrataError
from codestrata.model import Snapshot
from codestrata.store.catalogue import Catalogue
from codestrata.store.ledger import Ledger
from codestrata.store.retry import Terms
from codestrata.store.tables import TableFile
from codestrata.store.tasks import Commit, Failure, Lease, TaskState

DONE = Commit("hash")


def one(ledger: Ledger, run: int, worker: str = "w") -> Lease:
    """Lease exactly one task."""
    (lease,) = ledger.lease(worker, run, "ingest")
    return lease


def test_same_key_is_queued_once(catalogue: Catalogue, run: int) -> None:
    """Planning a partition twice, in one plan or in two, makes one task."""
    ledger = catalogue.ledger
    first = ledger.enqueue(run, "ingest", [part(1), part(2), part(1)])
    second = ledger.enqueue(run, "ingest", [part(2), part(1)])
    assert (first.planned, first.queued) == (second.planned, second.queued) == (2, 2)
    assert len(ledger.tasks()) == 2


def test_one_key_has_one_subject(catalogue: Catalogue, run: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that asks for one result in the name of two repositories is refused: the second would have none."""
    ledger = catalogue.ledger
    for most in (9, 1):  # in one transaction, and in two
        monkeypatch.setattr("codestrata.store.ledger._CHUNK", most)
        with pytest.raises(StrataError, match="ingest: two partitions have one key and different subjects"):
            ledger.enqueue(run, "ingest", [part(1, subject="a"), part(1, subject="b")])
        assert ledger.enqueue(run, "ingest", [part(1, subject="b"), part(2), part(1, subject="b")]).planned == 2
    later = ledger.enqueue(run, "ingest", [part(1, subject="c")])
    assert later.planned == 1


def test_new_plan_takes_the_place_of_the_old(catalogue: Catalogue, run: int) -> None:
    """Planned again in the same run, what is not asked for any more is neither done nor shown; the new order counts."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(i) for i in (1, 2, 3)])
    for lease in ledger.lease("w", run, "ingest", 2):
        ledger.commit(lease, Commit("h", {"i": lease.spec["i"]}))
    again = ledger.enqueue(run, "ingest", [part(i) for i in (4, 2)])
    assert (again.planned, again.done, again.queued, again.failed) == (2, 1, 1, 0)
    assert [lease.spec["i"] for lease in ledger.lease("w", run, "ingest", 9)] == [4]
    assert catalogue.results(run, "ingest") == [{"i": 2}]
    back = ledger.enqueue(run, "ingest", [part(i) for i in (3, 2, 1)])
    assert (back.planned, back.done, back.queued) == (3, 2, 1)
    assert catalogue.results(run, "ingest") == [{"i": 2}, {"i": 1}]


def test_committed_key_is_not_queued_again(catalogue: Catalogue, run: int) -> None:
    """What has a commit row is never run again, in this run or in a later one."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1), part(2)])
    assert ledger.commit(one(ledger, run), DONE)
    later = catalogue.start_run("again", {})
    queued = ledger.enqueue(later, "ingest", [part(1), part(2)])
    assert (queued.planned, queued.done, queued.queued) == (2, 1, 1)
    assert [lease.spec for lease in ledger.lease("w", later, "ingest", 9)] == [{"i": 2}]


def test_priority_then_order(catalogue: Catalogue, run: int) -> None:
    """The highest priority goes first; equals go in the order planned."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1), part(2, priority=5.0), part(3), part(4, priority=5.0)])
    assert [lease.spec["i"] for lease in ledger.lease("w", run, "ingest", 4)] == [2, 4, 1, 3]


def test_leased_is_not_leased_again(catalogue: Catalogue, run: int, tmp_path: Path, clock: Clock) -> None:
    """Two workers on two connections never hold the same task."""
    catalogue.ledger.enqueue(run, "ingest", [part(i) for i in range(10)])
    with Catalogue(tmp_path / "catalogue.sqlite", clock=clock) as other:
        a = catalogue.ledger.lease("a", run, "ingest", 6)
        b = other.ledger.lease("b", run, "ingest", 6)
    assert sorted(lease.spec["i"] for lease in a + b) == list(range(10))


def test_zombie_cannot_commit(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """Whoever wakes up after the lease has passed to another changes nothing; the new holder's commit counts."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1)])
    zombie = one(ledger, run, "zombie")
    clock.now += 31
    fresh = one(ledger, run, "fresh")
    assert fresh.token == zombie.token + 1
    assert not ledger.commit(zombie, Commit("zombie's"))
    assert ledger.fail(zombie, Failure(ErrorClass.CODE, "too late")) is None
    assert catalogue.commits() == []
    assert ledger.commit(fresh, Commit("fresh"))
    assert not ledger.commit(zombie, Commit("zombie's"))
    assert [row.output_hash for row in catalogue.commits()] == ["fresh"]
    assert [a.outcome for a in ledger.attempts(fresh.task)] == ["lost", "done"]


def test_zombie_cannot_commit_what_was_released(catalogue: Catalogue, run: int) -> None:
    """A lease that was taken back, but not given out again, is no lease either."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1)])
    lease = one(ledger, run)
    assert ledger.release() == 1
    assert not ledger.commit(lease, DONE)
    assert ledger.counts(run) == {TaskState.READY: 1}


def test_heartbeat_keeps_the_lease(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """A worker that is heard of keeps its task; one that is not loses it, at no charge."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1)])
    lease = one(ledger, run, "a")
    clock.now += 20
    assert ledger.heartbeat("a") == 1
    clock.now += 20
    assert ledger.lease("b", run, "ingest") == []
    clock.now += 11
    taken = one(ledger, run, "b")
    assert taken.task == lease.task
    task = ledger.task(lease.task)
    assert task is not None
    assert task.attempts == 0


def test_commit_is_whole_or_nothing(catalogue: Catalogue, run: int) -> None:
    """When any part of a commit cannot be written, none of it is, and the lease is still good."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1)])
    lease = one(ledger, run)
    file = TableFile("files", "files/a.parquet", 1, 10, "00")
    with pytest.raises(Exception, match="UNIQUE"):
        ledger.commit(lease, Commit("h", files=[file, file]))
    assert catalogue.commits() == []
    assert catalogue.reports.events() == []
    assert ledger.commit(lease, Commit("h", files=[file]))
    assert catalogue.files("files") == [file]


def test_second_commit_with_other_bytes_is_kept_as_evidence(catalogue: Catalogue, run: int) -> None:
    """The first commit of a key stays; a second one with another hash is recorded as nondeterministic."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1), part(2)])
    for lease in ledger.lease("w", run, "ingest", 2):
        ledger.commit(lease, Commit("first"))
    ids = [task.id for task in ledger.tasks()]
    assert ledger.again(run, ids) == 2
    for lease, digest in zip(ledger.lease("w", run, "ingest", 2), ("first", "second"), strict=True):
        ledger.commit(lease, Commit(digest))
    assert [row.output_hash for row in catalogue.commits()] == ["first", "first"]
    (found,) = catalogue.nondeterministic()
    assert (found["first_hash"], found["second_hash"]) == ("first", "second")
    assert [event.detail for event in catalogue.reports.events(kind="nondeterministic")] == ["first then second"]
    assert ledger.counts(run) == {TaskState.DONE: 2}


def test_pool_limit(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """No more tasks of a pool are leased at once than it has room for; other pools do not wait for it."""
    ledger = Ledger(catalogue.database, clock=clock, terms=Terms(pools={"net": 2}))
    ledger.enqueue(run, "ingest", [part(i, pool="net") for i in range(5)] + [part(9)])
    first = ledger.lease("a", run, "ingest", 4)
    assert [lease.pool for lease in first] == ["net", "net", "cpu"]
    assert ledger.lease("b", run, "ingest", 4) == []
    ledger.commit(first[0], DONE)
    assert len(ledger.lease("b", run, "ingest", 4)) == 1


def test_limit_key(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """One host is not asked more often at once than allowed, however many others wait behind it in the queue."""
    ledger = Ledger(catalogue.database, clock=clock, terms=Terms(per_key=1))
    same = [part(i, limit_key="example.org", priority=1.0) for i in range(50)]
    ledger.enqueue(run, "ingest", [*same, part(99, limit_key="example.com")])
    assert [lease.limit_key for lease in ledger.lease("a", run, "ingest")] == ["example.org"]
    assert [lease.limit_key for lease in ledger.lease("a", run, "ingest", 8)] == ["example.com"]
    assert ledger.lease("a", run, "ingest", 8) == []


def test_rate_limit_holds_back_the_whole_host(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """An answer "come back in 100 s" is heeded by every task for that host, and costs no attempt."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(i, limit_key="example.org") for i in range(3)])
    lease = one(ledger, run)
    assert ledger.fail(lease, Failure(ErrorClass.RATE_LIMITED, "slow down", retry_after=100)) is TaskState.READY
    due = ledger.due(run, "ingest")
    assert (due.wait, due.ready, due.leased) == (100, False, False)
    clock.now += 100
    assert len(ledger.lease("w", run, "ingest", 3)) == 3
    assert [task.attempts for task in ledger.tasks()] == [0, 0, 0]


def test_failure_history_is_kept(catalogue: Catalogue, run: int, clock: Clock) -> None:
    """Every attempt stays in the history with its reason; the task ends as a dead letter that says why."""
    ledger = Ledger(catalogue.database, clock=clock, terms=Terms(attempts=3, backoff=2.0))
    ledger.enqueue(run, "ingest", [part(1)])
    waits = []
    for i in range(3):
        state = ledger.fail(one(ledger, run), Failure(ErrorClass.INFRA, f"reset {i}", "look at the network"))
        waits.append(ledger.due(run, "ingest").wait)
        clock.now += 1000
    assert state is TaskState.DEAD
    assert waits == [2.0, 4.0, float("inf")]
    (letter,) = ledger.dead_letters(run)
    assert (letter.error_class, letter.error, letter.hint) == ("infra", "reset 2", "look at the network")
    assert [(a.n, a.outcome, a.error) for a in ledger.attempts(letter.id)] == [
        (1, "failed", "reset 0"),
        (2, "failed", "reset 1"),
        (3, "failed", "reset 2"),
    ]


@pytest.mark.parametrize(
    ("kind", "revived"),
    [("infra", True), ("rate_limited", True), ("code", False), ("policy", False), ("poison", False)],
)
def test_new_run_revives_only_passing_failures(catalogue: Catalogue, run: int, kind: str, revived: bool) -> None:
    """A new run tries again what failed for a passing reason; what cannot succeed stays failed until asked for."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1)])
    catalogue.database.run("update task set state = 'dead', error_class = :kind", kind=kind)
    queued = ledger.enqueue(catalogue.start_run("again", {}), "ingest", [part(1)])
    assert (queued.queued, queued.failed) == ((1, 0) if revived else (0, 1))


def test_retry_by_number_or_filter(catalogue: Catalogue, run: int) -> None:
    """Dead letters come back by number, or all of an error class at once."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(i) for i in range(3)])
    kinds = (ErrorClass.CODE, ErrorClass.CODE, ErrorClass.POLICY)
    for lease, kind in zip(ledger.lease("w", run, "ingest", 3), kinds, strict=True):
        ledger.fail(lease, Failure(kind, "no"))
    ids = [task.id for task in ledger.dead_letters()]
    assert ledger.retry(ids[:1]) == 1
    assert ledger.retry(error_class="code") == 1
    assert [task.error_class for task in ledger.dead_letters()] == ["policy"]
    assert ledger.retry() == 1
    assert ledger.counts(run) == {TaskState.READY: 3}


def test_cancel(catalogue: Catalogue, run: int) -> None:
    """A cancelled task is not leased, and a worker that still has it cannot commit it."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1), part(2)])
    lease = one(ledger, run)
    assert ledger.cancel(run=run) == 2
    assert ledger.lease("w", run, "ingest") == []
    assert not ledger.commit(lease, DONE)


def test_unfinished_task_comes_over_with_its_newest_place(catalogue: Catalogue, run: int) -> None:
    """The next run takes over what the last one left, and learns where the inputs lie now."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1, hint={"at": "old"})])
    later = catalogue.start_run("again", {})
    ledger.enqueue(later, "ingest", [part(1, hint={"at": "new"})])
    assert ledger.lease("w", run, "ingest") == []
    assert one(ledger, later).place == {"at": "new"}


def test_snapshot_arrives_with_its_commit(catalogue: Catalogue, run: int) -> None:
    """Snapshots are part of the commit, and come back as they went in."""
    ledger = catalogue.ledger
    ledger.enqueue(run, "ingest", [part(1, subject="r")])
    snapshot = Snapshot("r@1", "r", "a" * 40, "b" * 40, "main", 1_700_000_000, "repos/r.git", files=3, bytes=9)
    ledger.commit(one(ledger, run), Commit("h", snapshots=[snapshot]))
    assert catalogue.snapshots(run) == [snapshot] == [catalogue.snapshot("r")]


def test_damaged_catalogue_is_told_in_one_line(tmp_path: Path) -> None:
    """A file that is no catalogue gives a StorageError with its place and what to do."""
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"this is not a database, it only looks long enough to be one" * 100)
    with pytest.raises(StorageError) as caught:
        Catalogue(path)
    assert str(path) in str(caught.value)
    assert "start a new workspace" in str(caught.value)
