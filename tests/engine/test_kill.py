"""kill −9 of everything, at random points, again and again: nothing lost, nothing doubled, the same bytes at the end."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def timed(context: multiprocessing.context.ForkServerContext, root: Path, *, real: bool) -> float:
    """Give the seconds that an undisturbed run takes."""
    began = time.monotonic()
    process = start(context, root, 2, real=real)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - began


@pytest.mark.claim("C5")
def test_fifty_kills(fork: multiprocessing.context.ForkServerContext, tmp_path: Path) -> None:
    """50 times the whole tree of processes dies at a random point; every workspace ends as an undisturbed one does."""
    dice = random.Random(20240501)
    whole = {real: timed(fork, tmp_path / f"calm{real}", real=real) for real in (False, True)}
    expected = contents(Layout(tmp_path / "calmTrue"))
    assert contents(Layout(tmp_path / "calmFalse")) == expected
    trial = finished = 0
    interrupted: list[int] = []
    while len(interrupted) < KILLS or not finished:
        root, real = tmp_path / f"trial{trial}", len(interrupted) % 5 == 0
        process = start(fork, root, dice.choice((1, 2, 3)), real=real)
        process.join(dice.uniform(0.0, 0.9) * whole[real] if len(interrupted) < KILLS else None)
        if process.is_alive():
            kill_everything(process.pid or 0, dice)
            process.join()
            interrupted.append(committed(root))
            continue
        assert process.exitcode == 0
        assert contents(Layout(root)) == expected
        assert doubled(root) == 0
        finished += 1
        trial += 1
    hit = sum(0 < n < 61 for n in interrupted)
    print(whole, finished, interrupted)
    assert hit >= KILLS // 4, f"the kills did not hit the work: {interrupted}"


def committed(root: Path) -> int:
    """Count the commit rows of a workspace that may not even have a catalogue yet."""
    if not Layout(root).catalogue.exists():
        return 0
    with Catalogue(Layout(root).catalogue) as catalogue:
        return len(catalogue.commits())


def doubled(root: Path) -> int:
    """Count partitions that were done more than once."""
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        done = [event.task for event in catalogue.reports.events(kind="done")]
    return len(done) - len(set(done))
