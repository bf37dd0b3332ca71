"""SIGKILL in the middle of a fleet in the real sandbox: nothing is lost, done twice, or left behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ci.fleets import World, plan, settings
from tests.ci.leftovers import asleep, left
from tests.engine.killing import committed, doubled, kill_everything, let_live
from tests.engine.processes import alive, descendants, until
from tests.sandbox.presence import needs_sandbox, sandbox

from codestrata import Workspace
from codestrata.workspace.fleet import FleetTerms

__all__ = ["sandbox"]  # a fixture
KILLS = int(os.environ.get("STRATA_TEST_KILLS", "6"))
REPOSITORIES = max(12, KILLS)
_MAIN = """
import json, sys
from codestrata import Workspace
from codestrata.ci.plan import Plan
from codestrata.settings import load
from codestrata.workspace.fleet import FleetTerms
flags = {"engine.workers": 2, "engine.backoff_seconds": 0, "sandbox.runner": "local", "sandbox.disk_mb": 64}
with Workspace(sys.argv[1], load(flags=flags)) as w:
    if len(sys.argv) > 3:
        w.discover(sys.argv[3])
    report = w.pipelines.fleet(Plan.of_json(json.loads(sys.argv[2])), FleetTerms())
    print(json.dumps([[r.repository, r.result, dict(r.columns)] for r in report.rows]))
"""
PLAN = plan("grep -q 1 n && echo one > made || true", "sleep 0.05; test -e made")


def begin(root: Path, *more: str) -> subprocess.Popen[str]:
    """Start a strata that runs the fleet."""
    words = [sys.executable, "-c", _MAIN, str(root), json.dumps(PLAN.to_json()), *more]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@needs_sandbox
@pytest.mark.claim("B5", "B13")
def test_a_fleet_survives_kills(make_repo: Callable[..., Any], tmp_path: Path) -> None:
    """However often everything is killed, each repository has one result, the one of an undisturbed run."""
    world = World(tmp_path, make_repo)
    for i in range(REPOSITORIES):
        world.add(f"o{i % 3}/r{i}", {"n": f"{i % 2}\n"})
    calm = begin(tmp_path / "calm", str(world.listed))
    expected = json.loads(calm.communicate(timeout=120)[0])
    assert [row[1] for row in expected] == ["passed" if int(row[0][4:]) % 2 else "failed" for row in expected]
    root = tmp_path / "killed"
    with Workspace(root, settings()) as w:
        w.discover(world.listed)
    dice, interrupted = random.Random(11), []
    while True:
        process, killed = begin(root), False
        if len(interrupted) < KILLS and let_live(process.pid, root, dice, most=5 if KILLS < REPOSITORIES else 2):
            kill_everything(process.pid, dice)
            killed = True
        out, _ = process.communicate(timeout=120)
        if killed and process.returncode:  # by the signal, or by itself since those below it were dead already
            interrupted.append(committed(root))
            continue
        assert process.returncode == 0
        break
    assert json.loads(out) == expected
    assert doubled(root) == 0
    assert len(interrupted) > KILLS // 2
    assert committed(root) == committed(tmp_path / "calm")
    assert left(root) == []


@needs_sandbox
def test_what_a_killed_strata_began_ends_with_it(make_repo: Callable[..., Any], tmp_path: Path) -> None:
    """When only the first process is killed, workers, rooms and the code in them end by themselves."""
    world = World(tmp_path, make_repo)
    world.add("o/one", {"n": "1"})
    root, sleeping = tmp_path / "w", plan("echo begun; sleep 300")
    with Workspace(root, settings()) as w:
        w.discover(world.listed)
    words = [sys.executable, "-c", _MAIN, str(root), json.dumps(sleeping.to_json())]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert until(lambda: bool(asleep(process.pid, 300)))
    tree = descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert until(lambda: not any(map(alive, tree)), 20)
    assert left(root) == []
    with Workspace(root, settings()) as w:
        assert w.pipelines.fleet(plan("true"), FleetTerms()).rows[0].result == "passed"
