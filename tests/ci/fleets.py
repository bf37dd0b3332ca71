"""Workspaces with repositories that pipelines run on, and small plans, for tests of fleets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata import Workspace
from codestrata.ci.plan import ColumnPlan, JobPlan, Plan, StepPlan
from codestrata.settings import Settings, load


def plan(*scripts: str, name: str = "try", **more: Any) -> Plan:
    """Make a plan of one job, a step for each script, with a column that says whether it passed."""
    steps = tuple(StepPlan(name=f"s{i}", run=script) for i, script in enumerate(scripts))
    columns = (ColumnPlan(name="good", type="bool", expression='job("main").passed'),)
    return Plan(name=name, jobs=(JobPlan(id="main", job="main", steps=steps),), columns=columns, **more)


def settings(**flags: object) -> Settings:
    """Give settings with the dummy runner, in this process, without waiting."""
    told = {"engine.inline": True, "engine.backoff_seconds": 0, "sandbox.runner": "dummy"}
    return load(flags={**told, **{name.replace("__", "."): value for name, value in flags.items()}})


@dataclass
class World:
    """A folder with repositories, their list, and the workspace ``w`` over them."""

    folder: Path
    make_repo: Callable[..., Any]
    repositories: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, files: Mapping[str, str]) -> Any:
        """Make a repository and put it onto the list."""
        self.repositories[name] = self.make_repo(name, files)
        listed = "".join(f"{one}.git,{one}\n" for one in self.repositories)
        (self.folder / "list.csv").write_text(f"path,name\n{listed}", "utf-8")
        return self.repositories[name]

    @property
    def listed(self) -> Path:
        """Give the list."""
        return self.folder / "list.csv"

    def open(self, **flags: object) -> Workspace:
        """Open the workspace."""
        return Workspace(self.folder / "w", settings(**flags))


def results(report: Any) -> dict[str, str]:
    """Give name → result."""
    return {row.repository: row.result for row in report.rows}
