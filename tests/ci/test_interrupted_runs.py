"""An interrupted pipeline: what runs is ended, cleanup jobs run, all is told, nothing is remembered, nobody is left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ci.leftovers import asleep, left
from tests.cli.calling import command, finish, start
from tests.engine.processes import alive, descendants, until
from tests.sandbox.presence import needs_sandbox, sandbox

from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout

__all__ = ["sandbox"]  # a fixture

PIPELINE = """\
name: slow
jobs:
  look: {{continue_on_error: true, steps: ["echo begun", "{}"]}}
  after: {{needs: [look], steps: ["true"]}}
finally:
  tidy: {{steps: ["echo tidied up", "{}"]}}
columns:
  looked: job("look").result
"""
Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def folder(make_repo: Callable[..., Any], tmp_path: Path) -> Path:
    """Give a folder with three repositories and their list."""
    names = ("o/one", "o/two", "p/three")
    for name in names:
        make_repo(name, {"n": name})
    (tmp_path / "list.csv").write_text("path,name\n" + "".join(f"{name}.git,{name}\n" for name in names))
    return tmp_path


def write(folder: Path, slow: str = "sleep 60", tidy: str = "true") -> None:
    """Write a pipeline of a slow job and one that tidies up."""
    (folder / "p.yaml").write_text(PIPELINE.format(slow, tidy))


@pytest.fixture
def begin(folder: Path) -> Iterator[Begin]:
    """Give a way to start ``strata ci`` and wait until so many steps sleep for 60 s; at the end, nothing is left."""
    started: list[tuple[subprocess.Popen[str], list[int]]] = []

    def begin(*words: object, sleeping: int = 1, **settings: object) -> subprocess.Popen[str]:
        flags = {"sandbox.runner": "local", "sandbox.disk_mb": 64, **settings}
        process = start(command("ci", *words, settings=flags), folder)
        assert until(lambda: len(asleep(process.pid, 60)) >= sleeping or not alive(process.pid))
        started.append((process, descendants(process.pid)))
        return process

    yield begin
    for process, tree in started:
        assert process.poll() is not None
        assert until(lambda tree=tree: not any(map(alive, tree)), 20)  # type: ignore[misc]
    assert left(folder) == []
    assert list((folder / "w" / "ci" / "rooms").glob("*/*")) == []
    assert list(Layout(folder / "w").scratch.glob("*")) == []


def tried(folder: Path) -> list[tuple[str, int, list[str]]]:
    """Give the state, the charged attempts and the attempts' outcomes of each task that runs a pipeline."""
    with Catalogue(Layout(folder / "w").catalogue, read_only=True) as catalogue:
        ledger = catalogue.ledger
        tasks = ledger.tasks(stage="ci.run")
        return [(str(one.state), one.attempts, [a.outcome for a in ledger.attempts(one.id)]) for one in tasks]


@needs_sandbox
@pytest.mark.claim("B1", "B5")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_tidies_up(folder: Path, begin: Begin, number: signal.Signals, code: int) -> None:
    """The step ends as cancelled, the cleanup job runs, the table tells; the task is due again and not charged."""
    write(folder)
    process = begin("run", "p.yaml", "--repo", "o/one.git")
    os.kill(process.pid, number)
    ended = finish(process, 30)
    assert ended.code == code
    assert "tidy |   tidied up" in ended.err
    assert ended.line("✗ cancelled", "it was cancelled", "look |   ")
    assert ended.line("error: interrupted", "run the same command again")
    rows = [line.split()[:2] for line in ended.out.splitlines()]
    assert rows[1:4] == [["look", "cancelled"], ["after", "cancelled"], ["tidy", "passed"]]
    assert "looked  cancelled" in ended.out
    assert "cancelled: look: step 2" in ended.out.splitlines()[-1]
    assert tried(folder) == [("ready", 0, ["released"])]


@needs_sandbox
@pytest.mark.claim("B5", "B13")
def test_an_interrupted_fleet_leaves_all_due(folder: Path, begin: Begin) -> None:
    """Those that ran tidy up, the others are not begun, and all are due again, at no charge."""
    write(folder)
    finish(start(command("discover", "list.csv"), folder))
    process = begin("fleet", "p.yaml", "--parallel", "2", "--json", sleeping=2)
    os.kill(process.pid, signal.SIGINT)
    ended = finish(process, 30)
    assert ended.code == ended.json["exit_code"] == 130
    assert sorted(row["result"] for row in ended.json["rows"]) == ["cancelled", "cancelled", "not run"]
    cancelled = [row for row in ended.json["rows"] if row["result"] == "cancelled"]
    assert all(row["jobs"][2]["result"] == "passed" for row in cancelled)
    assert all((state, charged) == ("ready", 0) for state, charged, _ in tried(folder))


@needs_sandbox
def test_a_second_interrupt_does_not_wait_for_cleanup(folder: Path, begin: Begin) -> None:
    """A cleanup job that sleeps is ended at once, and its room goes, too."""
    write(folder, tidy="sleep 9")
    process = begin("run", "p.yaml", "--repo", "o/one.git")
    process.send_signal(signal.SIGINT)
    assert until(lambda: bool(asleep(process.pid, 9)))
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert finish(process, 30).code == 130
    assert time.monotonic() - began < 4
    assert tried(folder) == [("ready", 0, ["released"])]


@needs_sandbox
def test_without_workers_it_is_the_same(folder: Path, begin: Begin) -> None:
    """The engine in this process hears the first interrupt, too, and lets the run end in order."""
    write(folder)
    process = begin("run", "p.yaml", "--repo", "o/one.git", **{"engine.inline": True})
    process.send_signal(signal.SIGTERM)
    ended = finish(process, 25)
    assert ended.code == 143
    rows = [line.split()[:2] for line in ended.out.splitlines()]
    assert rows[1:4] == [["look", "cancelled"], ["after", "cancelled"], ["tidy", "passed"]]
    assert tried(folder) == [("ready", 0, ["released"])]
