"""A run ends itself, in classes of its own, before an engine would end it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan
from tests.ci.fleets import World
from tests.ci.fleets import plan as one_job

from codestrata.ci import allowance
from codestrata.ci.execute import execute
from codestrata.ci.fleet import Terms, partitions


class Hanging:
    """A runner that makes no room before it is set free."""

    name = "hanging"

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.free = threading.Event()

    def __getattr__(self, name: str) -> Any:
        """Pass everything else on."""
        return getattr(self.inner, name)

    def prepare(self, given: Any) -> Any:
        """Hang."""
        self.free.wait(30)
        return self.inner.prepare(given)


def test_the_slowest_run_ends_within_what_the_engine_gives(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs and cleanup jobs that all hang to the end of their time, and beyond it: infra by the run's own word."""
    scaled = {"CLEANUP": 0.6, "AFTER_LIMIT": 0.4, "AROUND": 1.0}
    for name, seconds in scaled.items():
        monkeypatch.setattr(allowance, name, seconds)
    monkeypatch.setattr("codestrata.ci.execute.running.CLEANUP", scaled["CLEANUP"])
    monkeypatch.setattr("codestrata.ci.execute.schedule.AFTER_LIMIT", scaled["AFTER_LIMIT"])
    hanging = Hanging(stage.runner)
    slow = plan(job("a", "true"), job("b", "true", needs=("a",)), cleanup=(job("end", "true"),), timeout=0.5)
    begun = time.monotonic()
    results = execute(slow, replace(stage.scene, runner=lambda *_: hanging))
    took = time.monotonic() - begun
    hanging.free.set()
    assert 1.8 < took < allowance.longest(slow)
    assert ends(results) == {"a": "infra", "b": "timeout", "end": "infra"}
    time.sleep(0.2)


def test_the_engine_gives_that_time(make_repo: Callable[..., Any], tmp_path: Path) -> None:
    """A partition's limit is the longest that its plan may take."""
    world = World(tmp_path, make_repo)
    world.add("o/one", {"a": "1"})
    made = one_job("true", timeout=7.0)
    with world.open() as w:
        w.discover(world.listed)
        w.ingest()
        (partition,) = partitions(w.view(w.hold()[0]), Terms(made))
    assert partition.timeout == allowance.longest(made)
    beside = allowance.CLEANUP + 2 * allowance.AFTER_LIMIT
    assert partition.timeout - 7.0 - beside >= allowance.AROUND > 0
