"""kill −9 of everything, at random points, again and again: nothing lost, nothing doubled, the same bytes at the end."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestrata.errors import StorageError
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout
from tests.engine.conftest import contents
from tests.engine.processes import alive, descendants, until

KILLS = 50


@pytest.fixture
def fork(monkeypatch: pytest.MonkeyPatch) -> Iterator[multiprocessing.context.ForkServerContext]:
    """Give a context that starts a supervisor in milliseconds: everything is imported already."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "driven", "codestrata.engine.local"])
    return context


def kill_everything(pid: int, dice: random.Random) -> int:
    """Kill a process and all its descendants, in any order; returns how many there were."""
    tree = descendants(pid)
    dice.shuffle(tree)
    for one in tree:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue
    assert until(lambda: not any(map(alive, tree)))
    return len(tree)


def start(
    context: multiprocessing.context.ForkServerContext, root: Path, workers: int, *, real: bool
) -> multiprocessing.Process:
    """Start a strata over the long chain; only a ``real`` one has to import everything into its nursery again."""
    import driven

    process = context.Process(target=driven.drive if real else driven.drive_forked, args=(root, "LONG_CHAIN", workers))
    process.start()
    return process


def let_live(process: multiprocessing.Process, root: Path, dice: random.Random) -> bool:
    """Let a strata come to a random point: so many commits more, and a moment; says whether it is still alive then.

    Counting commits, not seconds, the points are spread over the work however busy this machine is.
    """
    goal = committed(root) + dice.randrange(16)
    until(lambda: not process.is_alive() or committed(root) >= goal, 60)
    process.join(dice.uniform(0.0, 0.05))
    return process.is_alive()


@pytest.mark.claim("C5")
def test_fifty_kills(fork: multiprocessing.context.ForkServerContext, tmp_path: Path) -> None:
    """50 times the whole tree of processes dies at a random point; every workspace ends as an undisturbed one does."""
    dice = random.Random(20240501)
    calm = start(fork, tmp_path / "calm", 2, real=True)
    calm.join()
    expected = contents(Layout(tmp_path / "calm"))
    trial = finished = 0
    interrupted: list[int] = []
    while len(interrupted) < KILLS or not finished:
        root = tmp_path / f"trial{trial}"
        process = start(fork, root, dice.choice((1, 2, 3)), real=len(interrupted) % 10 == 0)
        if len(interrupted) < KILLS and let_live(process, root, dice):
            kill_everything(process.pid or 0, dice)
            process.join()
            interrupted.append(committed(root))
            continue
        process.join()
        assert process.exitcode == 0
        assert contents(Layout(root)) == expected
        assert doubled(root) == 0
        finished += 1
        trial += 1
    hit = sum(0 < n < 61 for n in interrupted)
    assert hit >= KILLS // 2, f"the kills did not hit the work: {interrupted}"


def committed(root: Path) -> int:
    """Count the commit rows of a workspace that may not even have a catalogue yet."""
    try:
        with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
            return len(catalogue.commits())
    except StorageError:
        return 0


def doubled(root: Path) -> int:
    """Count partitions that were done more than once."""
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        done = [event.task for event in catalogue.reports.events(kind="done")]
    return len(done) - len(set(done))
