"""Killing stratas at random points, and looking at what is left."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

from tests.engine.processes import alive, descendants, until

from codestrata.errors import StorageError
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout


def kill_everything(pid: int, dice: random.Random) -> None:
    """Kill a process and all its descendants, in any order."""
    tree = descendants(pid)
    dice.shuffle(tree)
    for one in tree:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    assert until(lambda: not any(map(alive, tree)))


def let_live(pid: int, root: Path, dice: random.Random, *, most: int = 16) -> bool:
    """Let a strata come to a random point: up to ``most`` commits more, and a moment; says whether it lives still.

    Counting commits, not seconds, the points are spread over the work however busy this machine is.
    """
    goal = committed(root) + dice.randrange(most)
    until(lambda: Layout(root).catalogue.exists() or not alive(pid))
    until(lambda: committed(root) >= goal or not alive(pid))
    time.sleep(dice.uniform(0.0, 0.05))
    return alive(pid)


def committed(root: Path) -> int:
    """Count the commit rows of a workspace that may not even have a catalogue yet."""
    try:
        with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
            return int(catalogue.database.run("select count(*) from committed").fetchone()[0])
    except StorageError:
        return 0


def doubled(root: Path) -> int:
    """Count partitions that were done more than once."""
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        done = [event.task for event in catalogue.reports.events(kind="done")]
    return len(done) - len(set(done))
