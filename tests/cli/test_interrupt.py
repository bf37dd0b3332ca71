"""Interrupted at any time, the same command goes on, to the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, World, code, digests
from tests.cli.calling import Strata, command, finish, start
from tests.ingest.git_server import GitServer, wait_until

from codestrata.errors import StorageError
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """Serve every repository under ``tmp_path`` on the loopback address."""
    with GitServer(tmp_path) as running:
        yield running


@pytest.mark.claim("C5")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle(world: World, make_repo, server: GitServer, strata: Strata, number: int) -> None:
    """Exit code 130 or 143 and a line that says how to go on; nothing is done twice; the bytes are the same."""
    make_repo("far", {"LICENSE": MIT, "far.py": code(50)})
    with world.list.open("a") as handle:
        handle.write(f"{server.url('far')},1\n")
    held = threading.Event()
    server.watch = lambda: held.wait(30)
    settings = {"git.allow_private_hosts": server.place, "engine.grace_seconds": 0.2}
    arguments = command("run", "repos.csv", "-o", "ds", settings=settings)
    process = start(arguments, world.folder)
    wait_until(lambda: bool(server.requests) and committed(world.folder / "w") == 3, 60)
    os.kill(process.pid, number)
    ended = finish(process)
    held.set()
    assert ended.code == 128 + number
    assert [line for line in ended.lines if line] == [ended.line("error: interrupted", "run the same command again")]
    assert not (world.folder / "ds").exists()
    again = finish(start([*arguments, "--json"], world.folder))
    assert again.code == 0
    assert again.json["stages"]["ingest"] == {"done": 1, "already_done": 3, "failed": 0}
    assert strata("run", "repos.csv", "-o", "calm", workspace="other", settings=settings).code == 0
    assert digests(world.folder / "ds") == digests(world.folder / "calm")


def committed(workspace: Path) -> int:
    """Count the commit rows of a workspace that may not even have a catalogue yet."""
    try:
        with Catalogue(Layout(workspace).catalogue, read_only=True) as catalogue:
            return len(catalogue.commits())
    except StorageError:
        return 0


@pytest.mark.claim("C5")
def test_killed_again_and_again(world: World, strata: Strata) -> None:
    """SIGKILL at rising points of one job, workers left to themselves or killed too: resumed, the same bytes."""
    source = world.list
    strata("run", source, "-o", "calm", workspace="other")
    total = committed(world.folder / "other")
    dice = random.Random(5)
    arguments = command("run", source, "-o", "ds", "-j", 2)
    hit = []
    for goal in sorted(dice.sample(range(1, total), 5)):
        process = start(arguments, world.folder)
        until(process, lambda goal=goal: committed(world.folder / "w") >= goal)
        (os.kill if dice.random() < 0.5 else os.killpg)(process.pid, signal.SIGKILL)
        hit.append(process.wait())
        process.communicate()
    assert hit.count(-signal.SIGKILL) >= 3
    assert finish(start(arguments, world.folder)).code == 0
    assert digests(world.folder / "ds") == digests(world.folder / "calm")
    assert committed(world.folder / "w") == total
    with Catalogue(Layout(world.folder / "w").catalogue, read_only=True) as catalogue:
        done = [event.task for event in catalogue.reports.events(kind="done")]
    assert len(done) == len(set(done)) == total
    assert not [path for path in world.folder.iterdir() if path.name.startswith(".ds")]


def until(process: subprocess.Popen[str], true: object) -> None:
    """Wait until something is true or the process has ended."""
    end = time.monotonic() + 60
    while process.poll() is None and not true() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.005)
