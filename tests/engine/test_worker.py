"""What a worker may know and touch, and how one that cannot even start is told of."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from tests.engine.conftest import Bench, trouble
from tests.engine.processes import descendants

from codestrata.engine.attempt import Bench as AttemptBench
from codestrata.engine.attempt import Told, attempt
from codestrata.engine.base import Partition
from codestrata.engine.limits import ledger, processors, workers
from codestrata.engine.stages import load_stages
from codestrata.errors import InvalidInput, StrataError
from codestrata.settings import load
from codestrata.settings.engine import EngineSettings
from codestrata.store.tables import Tables
from codestrata.store.tasks import Lease

SILENT = Told(lambda _: None, lambda _: None)

Make = Callable[..., Bench]


@pytest.mark.parametrize("name", ["inline", "local2"])
def test_secret_is_known_to_the_stage_and_nowhere_else(bench: Make, name: str, tmp_path: Path) -> None:
    """A secret reaches the stage, but no command line, no environment and no file."""
    work = bench(name, "TROUBLE", secrets={"token": "s3cr3t-value"})
    seen: set[bytes] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            for pid in descendants(os.getpid())[1:]:
                for file in ("cmdline", "environ"):
                    try:
                        seen.add(Path(f"/proc/{pid}/{file}").read_bytes())
                    except OSError:
                        continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    work.trouble([trouble("secret"), trouble("slowly", 1, seconds=0.2)])
    stop.set()
    watcher.join()
    secret = next(c.result for c in work.catalogue.commits() if "knows" in c.result)
    assert secret == {"knows": True, "unknown": True}
    assert name == "inline" or seen
    assert not any(b"s3cr3t-value" in one for one in seen)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"s3cr3t-value" in path.read_bytes() for path in files)


@pytest.mark.parametrize("name", ["inline", "local1"])
def test_remaining_time(bench: Make, name: str) -> None:
    """A stage can ask how long it may still take."""
    work = bench(name, "TROUBLE")
    work.trouble([trouble("remaining", timeout=100)])
    assert work.catalogue.commits()[0].result == {"remaining": 100.0}


def test_zombie_wakes_up_after_its_lease(bench: Make) -> None:
    """An attempt that goes on after its lease has passed to another commits nothing; the other's work stays."""
    work = bench("inline", "TROUBLE")
    settings = load(flags={"engine.lease_seconds": 0.05})
    ours = AttemptBench(
        work.layout,
        settings,
        ledger(work.catalogue.database, settings.engine),
        Tables(work.layout.tables),
        load_stages("engine_stages:TROUBLE"),
    )
    ours.ledger.enqueue(work.run_id, "trouble", [trouble("slowly", seconds=0.2), trouble("nothing", 1)])

    def lease(worker: str) -> Lease:
        return next(one for one in ours.ledger.lease(worker, work.run_id, "trouble", 2) if one.spec["do"] == "slowly")

    zombie = lease("zombie")
    time.sleep(0.1)
    fresh = lease("fresh")
    assert attempt(ours, zombie, SILENT).state is None
    assert work.catalogue.commits() == []
    assert attempt(ours, fresh, SILENT).state == "done"
    assert attempt(ours, zombie, SILENT).state is None
    assert len(work.catalogue.commits()) == 1
    assert [a.outcome for a in ours.ledger.attempts(zombie.task)] == ["lost", "done"]


def test_stages_that_cannot_be_imported(bench: Make) -> None:
    """A table of stages that the workers cannot import stops the run with the reason, not with a hang."""
    work = bench("local1", "NO_SUCH_TABLE")
    with pytest.raises(StrataError, match="NO_SUCH_TABLE"):
        work.trouble([trouble("nothing")])


def test_table_of_stages_needs_an_attribute() -> None:
    """A name without a colon is refused with the form that is expected."""
    with pytest.raises(InvalidInput, match=r"package\.module:ATTRIBUTE"):
        load_stages("codestrata.pipeline")


@pytest.mark.parametrize(
    ("ready", "expected"),
    [({}, 0), ({"cpu": 1}, 1), ({"cpu": 99}, 2), ({"net": 99}, 6), ({"net": 3}, 3), ({"net": 99, "cpu": 99}, 6)],
)
def test_number_of_workers(ready: dict[str, int], expected: int) -> None:
    """As many as the processor and the network can use, never more than there are tasks."""
    assert workers(EngineSettings(workers=2, network=6), ready) == expected


def test_workers_default_to_the_cores_allowed() -> None:
    """Without a setting there is one worker for each core that this process may use."""
    assert processors(EngineSettings()) == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("name", ["local2", "local4"])
def test_limit_key_holds_over_workers(bench: Make, name: str) -> None:
    """However many workers there are, one host is asked by no more at once than allowed."""
    work = bench(name, "TROUBLE", **{"engine.per_host": 1})
    parts = [
        Partition("trouble", "1", {"do": "slowly", "i": i, "seconds": 0.05}, limit_key="example.org") for i in range(6)
    ]
    assert work.trouble(parts).done == 6
    spans: dict[str, list[float]] = {}
    for line in (work.layout.root / "ran.log").read_text().splitlines():
        i, at, _ = line.split()
        spans.setdefault(i, []).append(float(at))
    ordered = sorted(spans.values())
    assert all(a[1] <= b[0] for a, b in pairwise(ordered))


@pytest.mark.parametrize("name", ["local4"])
def test_work_is_shared(bench: Make, name: str) -> None:
    """Long tasks are spread over all workers."""
    work = bench(name, "TROUBLE")
    work.trouble([trouble("slowly", i, seconds=0.4) for i in range(8)])
    pids = {line.split()[2] for line in (work.layout.root / "ran.log").read_text().splitlines()}
    assert len(pids) == 4
