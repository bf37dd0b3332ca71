"""Fixtures of the ingest tests: the stage's IO, a way to run the stage on one origin, and a real Git server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.ingest.git_server import GitServer

from codestrata.engine.base import Outcome, Partition
from codestrata.ingest.stage import STAGES
from codestrata.model import Origin, OriginKind, Repository
from codestrata.settings import Settings, load
from codestrata.store.tables import Tables

(INGEST,) = STAGES


@dataclass
class StageIO:
    """What the engine gives a partition, without an engine."""

    settings: Settings
    workspace: Path
    secrets: dict[str, str] = field(default_factory=dict)
    seconds: float = 120.0
    done: int = 0

    @property
    def tables(self) -> Tables:
        """Give the tables folder."""
        return Tables(self.workspace / "tables")

    @property
    def scratch(self) -> Path:
        """Give the attempt's folder."""
        folder = self.workspace / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def progress(self, done: int) -> None:
        """Remember what was done."""
        self.done += done

    def secret(self, name: str) -> str | None:
        """Give a secret."""
        return self.secrets.get(name)

    def remaining(self) -> float:
        """Give the seconds left."""
        return self.seconds


@dataclass
class PlanView:
    """What a plan may look at."""

    settings: Settings
    workspace: Path
    chosen: Sequence[Repository]

    def repositories(self) -> Sequence[Repository]:
        """Give the repositories of the run."""
        return self.chosen


@dataclass
class Bench:
    """Plans and runs the stage in one workspace."""

    workspace: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def plan(self, repository: Repository, **flags: Any) -> Partition:
        """Plan one repository; flags are settings with ``__`` for the dot."""
        (partition,) = INGEST.plan(PlanView(_settings(flags), self.workspace, [repository]))  # type: ignore[arg-type]
        return partition

    def run(self, repository: Repository, **flags: Any) -> Outcome:
        """Plan and run one repository."""
        partition = self.plan(repository, **flags)
        return INGEST.run(partition, StageIO(_settings(flags), self.workspace, self.secrets, partition.timeout))

    def git_dir(self, outcome: Outcome) -> Path:
        """Give the folder of the repository an outcome is about."""
        return self.workspace / outcome.snapshots[0].git_dir


def _settings(flags: dict[str, Any]) -> Settings:
    return load(flags={name.replace("__", "."): value for name, value in flags.items()})


def local(path: Path) -> Repository:
    """Name a repository on this machine."""
    return Repository.at(Origin(OriginKind.LOCAL, str(path)), path.name.removesuffix(".git"))


def remote(url: str, name: str = "owner/repo") -> Repository:
    """Name a repository on a server."""
    return Repository.at(Origin(OriginKind.GIT, url), name)


def paths(outcome: Outcome) -> list[bytes]:
    """List the paths of an outcome's files."""
    return list(outcome.tables["files"]["path"])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a workspace to run the stage in."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return Bench(folder)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """Serve every repository under ``tmp_path`` on the loopback address."""
    with GitServer(tmp_path) as running:
        yield running


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Give the path of a file that must never come to be: whatever runs anything of a repository's would make it."""
    path = tmp_path / "EXECUTED"
    yield lambda: path
    assert not path.exists(), "something of the repository's was executed"
