"""Who is to blame for a dead worker: its task, unless everything was killed together, in whatever order."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.engine.processes import alive, descendants, until

from codestrata.engine.shift import _DOUBT
from codestrata.errors import StorageError
from codestrata.store.catalogue import Catalogue
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.store.tasks import Attempt, Task

DRIVEN = Path(__file__).with_name("driven.py")
ASLEEP, DEADLY = {"do": "slowly", "i": 0, "seconds": 30}, {"do": "die", "i": 1}
Drive = Callable[..., int]


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    """Give a starter of a strata of its own over tasks that misbehave; it is killed at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(workers: int, *specs: dict[str, object]) -> int:
        words = [sys.executable, str(DRIVEN), str(tmp_path / "w"), "TROUBLE", str(workers)]
        process = subprocess.Popen(words, stdin=subprocess.PIPE)
        started.append(process)
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(json.dumps(specs).encode())
        return process.pid

    yield start
    for process in started:
        kill(*descendants(process.pid))
        process.wait()


def kill(*pids: int) -> None:
    """Kill processes, in this order, and wait until they are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert until(lambda: not any(map(alive, pids)))


def tasks(root: Path) -> dict[int, tuple[Task, list[Attempt]]]:
    """Give i → task and attempts, as whoever looks from outside sees them; there may not even be a catalogue yet."""
    try:
        with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
            ledger = catalogue.ledger
            return {int(one.spec["i"]): (one, ledger.attempts(one.id)) for one in ledger.tasks()}
    except StorageError:
        return {}


def held(root: Path) -> dict[int, tuple[str, int]]:
    """Hold the workspace, which settles what a killed holder left; gives i → state and attempts charged."""
    assert until(lambda: _free(root))  # a process whose threads are still ending holds its lock
    with hold(Layout(root)) as catalogue:
        return {int(one.spec["i"]): (str(one.state), one.attempts) for one in catalogue.ledger.tasks()}


def _free(root: Path) -> bool:
    with Layout(root).lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def begun(root: Path) -> Callable[[], bool]:
    """Give the question whether the sleeping task has begun."""
    return lambda: 0 in (found := tasks(root)) and found[0][0].state == "leased"


def charged(root: Path, i: int, outcome: str, times: int = 1) -> Callable[[], bool]:
    """Give the question whether so many attempts at a task ended so."""
    return lambda: i in (found := tasks(root)) and sum(one.outcome == outcome for one in found[i][1]) >= times


@pytest.mark.claim("B6", "C5")
def test_workers_first_then_the_head(drive: Drive, tmp_path: Path) -> None:
    """Three times the worker dies, its supervisor notices and charges the task, and is killed, too: no charge stays."""
    root = tmp_path / "w"
    for _ in range(3):
        pid = drive(1, ASLEEP)
        assert until(begun(root))
        head, nursery, worker, *_ = descendants(pid)
        kill(worker)
        assert until(charged(root, 0, "doubtful"))
        kill(head, nursery)
        assert held(root) == {0: ("ready", 0)}
    assert {one.outcome for one in tasks(root)[0][1]} == {"lost"}


def test_a_dead_letter_of_that_moment_is_none(drive: Drive, tmp_path: Path) -> None:
    """What became poison a moment before its supervisor was killed is due again: nobody knows who killed what."""
    root = tmp_path / "w"
    pid = drive(2, ASLEEP, DEADLY)
    assert until(lambda: 1 in (found := tasks(root)) and found[1][0].state == "dead")
    kill(*descendants(pid))
    assert held(root) == {0: ("ready", 0), 1: ("ready", 0)}


def test_what_killed_workers_while_their_supervisor_lived_stays_dead(drive: Drive, tmp_path: Path) -> None:
    """A little later the charges stand, whatever becomes of the supervisor."""
    root = tmp_path / "w"
    pid = drive(2, ASLEEP, DEADLY)
    assert until(charged(root, 1, "failed", 2), _DOUBT + 20)
    kill(*descendants(pid))
    assert held(root) == {0: ("ready", 0), 1: ("dead", 2)}


def test_who_is_told_to_stop_with_its_workers_charges_nobody(drive: Drive, tmp_path: Path) -> None:
    """A service manager that ends all processes of a group with SIGTERM kills no task."""
    root = tmp_path / "w"
    pid = drive(1, ASLEEP)
    assert until(begun(root))
    worker = descendants(pid)[2]
    os.kill(worker, signal.SIGTERM)
    assert until(charged(root, 0, "doubtful"))
    os.kill(pid, signal.SIGTERM)
    assert until(lambda: not alive(pid))
    assert {i: (str(one.state), one.attempts) for i, (one, _) in tasks(root).items()} == {0: ("ready", 0)}
