"""A stage for plans: a work tree, a dummy runner, and what came of running a plan over them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codestrata.ci.compile import load_text
from codestrata.ci.execute import Scene, ToolUse, execute
from codestrata.ci.plan import JobPlan, Plan, StepPlan
from codestrata.ci.records import JobResult, Results, StepResult
from codestrata.errors import InvalidInput

EPOCH = 1_700_000_000


def no_tool(name: str, _: Mapping[str, str]) -> ToolUse:
    """Know no tool."""
    raise InvalidInput(f"no tool {name}")


def no_hosts(names: Iterable[str], before: int) -> tuple[list[str], dict[str, str]]:
    """Give hosts that are named after their registries."""
    return [f"{name}.example" for name in names], {f"{name.upper()}_PROXY": "on" for name in names}


def no_report(*_: Any) -> Any:
    """Know no format."""
    raise InvalidInput("no format")


@dataclass
class Stage:
    """Runs plans over one work tree and keeps what the live log said."""

    folder: Path
    runner: Any
    scene: Scene
    events: list[dict[str, Any]] = field(default_factory=list)

    def run(self, plan: Plan, cancelled: threading.Event | None = None, **changes: Any) -> Results:
        """Run a plan and check that nothing is left of it."""
        before = set(threading.enumerate())
        results = execute(
            plan, replace(self.scene, **changes), lambda event: self.events.append(dict(event)), cancelled
        )
        self.clean(before)
        return results

    def clean(self, before: set[threading.Thread]) -> None:
        """Check that no room, no layer and no thread is left."""
        assert [path.name for path in (self.folder / "rooms").iterdir()] == []
        assert list(self.scene.scratch.glob("layers*")) == []
        packed = self.scene.scratch / "packed"
        assert not packed.exists() or list(packed.iterdir()) == []
        for thread in set(threading.enumerate()) - before:
            thread.join(2)
            assert not thread.is_alive(), thread.name

    def seen(self, event: str) -> list[dict[str, Any]]:
        """Give the events of one kind."""
        return [one for one in self.events if one["event"] == event]


def step(run: str, name: str = "", **more: Any) -> StepPlan:
    """Make a step."""
    return StepPlan(name=name or run.splitlines()[0][:40], run=run, **more)


def job(name: str, *steps: str | StepPlan, **more: Any) -> JobPlan:
    """Make a job."""
    several = tuple(step(one) if isinstance(one, str) else one for one in steps)
    return JobPlan(**{"id": name, "job": name, "steps": several, **more})


def plan(*jobs: JobPlan, **more: Any) -> Plan:
    """Make a plan."""
    return Plan(**{"name": "test", "jobs": jobs, **more})


def ends(results: Results) -> dict[str, str]:
    """Give how each job ended."""
    return {one.id: str(one.result) for one in results.jobs}


def the(results: Results, name: str) -> JobResult:
    """Give a job's result."""
    return next(one for one in results.jobs if one.id == name)


def logs(results: Results, name: str) -> list[str]:
    """Give the output of each execution of a job's steps."""
    return [one.log.decode().strip() for one in results.steps if one.job == name]


def steps(results: Results, name: str) -> list[StepResult]:
    """Give the executions of a job's steps."""
    return [one for one in results.steps if one.job == name]


def compiled(text: str) -> Plan:
    """Compile a pipeline file."""
    return load_text(text).plan
