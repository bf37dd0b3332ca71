"""Interrupts and sudden deaths around the engine: everything is left in order, and nobody is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engine.processes import alive, descendants, until

from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout
from codestrata.store.tasks import TaskState

DRIVEN = Path(__file__).with_name("driven.py")
Drive = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    """Give a starter of a strata of its own, in a session of its own, that ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(workers: int, *specs: dict[str, object]) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(DRIVEN), str(tmp_path / "w"), "TROUBLE", str(workers)]
        process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.PIPE)
        started.append(process)
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(json.dumps(specs).encode())
        return process

    yield start
    for process in started:
        for pid in reversed(descendants(process.pid)):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def states(root: Path) -> dict[int, TaskState]:
    """Give i → state of every task."""
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        return {task.spec["i"]: task.state for task in catalogue.ledger.tasks()}  # type: ignore[misc]


def running(root: Path, lines: int = 1) -> Callable[[], bool]:
    """Give the question whether tasks have begun: the log they write has so many lines."""
    log = root / "ran.log"
    return lambda: log.exists() and len(log.read_text().splitlines()) >= lines


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_gives_back_and_exits_130(drive: Drive, tmp_path: Path, workers: int, number: signal.Signals) -> None:
    """After SIGINT or SIGTERM what is too long to finish is given back at no charge, and the exit code is 130."""
    root = tmp_path / "w"
    process = drive(workers, *({"do": "slowly", "i": i, "seconds": 30} for i in range(4)))
    assert until(running(root))
    tree = descendants(process.pid)
    process.send_signal(number)
    assert process.wait(60) == 130
    assert until(lambda: not any(map(alive, tree)))
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        tasks = catalogue.ledger.tasks()
    assert [(task.state, task.attempts) for task in tasks] == [(TaskState.READY, 0)] * 4
    assert not Layout(root).scratch.exists() or not list(Layout(root).scratch.iterdir())


def test_interrupt_lets_short_tasks_finish(drive: Drive, tmp_path: Path) -> None:
    """What can be finished within the grace period is finished and committed, not thrown away."""
    root = tmp_path / "w"
    process = drive(1, *({"do": "slowly", "i": i, "seconds": 0.3} for i in range(50)))
    assert until(running(root, 3))
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    lines = (root / "ran.log").read_text().splitlines()
    found = states(root)
    assert set(found.values()) == {TaskState.DONE, TaskState.READY}
    finished = {i for i in found if sum(line.startswith(f"{i} ") for line in lines) == 2}
    assert {i for i, state in found.items() if state is TaskState.DONE} == finished
    assert len(lines) % 2 == 0


def test_second_interrupt_does_not_wait(drive: Drive, tmp_path: Path) -> None:
    """Asked twice, the engine stops at once."""
    root = tmp_path / "w"
    process = drive(2, *({"do": "slowly", "i": i, "seconds": 30} for i in range(4)))
    assert until(running(root, 2))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(25) == 130


def test_terminal_interrupt_reaches_only_the_supervisor(drive: Drive, tmp_path: Path) -> None:
    """Ctrl-C goes to the whole foreground group; workers, and the programs they run, are not in it."""
    root = tmp_path / "w"
    process = drive(1, {"do": "child", "i": 0})
    assert until(running(root))
    child = int((root / "child.pid").read_text())
    group = os.getpgid(process.pid)
    others = [pid for pid in descendants(process.pid) if pid != process.pid]
    assert child in others
    assert all(os.getpgid(pid) != group for pid in others)
    os.killpg(group, signal.SIGINT)
    assert process.wait(60) == 130
    assert until(lambda: not alive(child))


def test_dead_supervisor_leaves_nobody_behind(drive: Drive, tmp_path: Path) -> None:
    """When only the supervisor is killed, nursery, workers and their children end too; the work goes on later."""
    root = tmp_path / "w"
    process = drive(1, {"do": "child", "i": 0}, {"do": "nothing", "i": 1})
    assert until(running(root))
    tree = descendants(process.pid)
    assert len(tree) == 4
    process.kill()
    process.wait()
    assert until(lambda: not any(map(alive, tree)))
    again = drive(1, {"do": "nothing", "i": 1})
    assert again.wait(60) == 0
    assert states(root) == {0: TaskState.READY, 1: TaskState.DONE}


def test_dead_nursery_is_replaced(drive: Drive, tmp_path: Path) -> None:
    """When the nursery is killed, the workers go on, and the next worker comes from a new nursery."""
    root = tmp_path / "w"
    specs = [{"do": "await", "i": 0}, {"do": "die", "i": 1, "once": "died"}, {"do": "log", "i": 2}]
    process = drive(1, *specs)
    assert until(running(root))
    os.kill(descendants(process.pid)[1], signal.SIGKILL)
    (root / "go").touch()
    assert process.wait(60) == 0
    assert set(states(root).values()) == {TaskState.DONE}


def test_second_strata_is_refused_while_one_works(drive: Drive, tmp_path: Path) -> None:
    """A second strata on the same workspace ends at once with exit code 5, and disturbs nothing."""
    root = tmp_path / "w"
    first = drive(1, {"do": "await", "i": 0})
    assert until(running(root))
    assert drive(1, {"do": "nothing", "i": 1}).wait(60) == 5
    (root / "go").touch()
    assert first.wait(60) == 0
    assert states(root) == {0: TaskState.DONE}
