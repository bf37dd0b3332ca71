"""Fixtures: a workspace with an engine over this room's own stages, and a look at what it committed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.engine import engine_stages as stages

from codestrata.engine import Engine, open_engine
from codestrata.engine.base import Partition
from codestrata.engine.report import StageReport
from codestrata.engine.view import RunView
from codestrata.settings import load
from codestrata.store.catalogue import Catalogue
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.store.tables import file_sha256

#: The engines of the conformance suite: name → settings.
ENGINES = {
    "inline": {"engine.inline": True},
    "local1": {"engine.workers": 1},
    "local2": {"engine.workers": 2},
    "local4": {"engine.workers": 4},
}


@dataclass
class Told:
    """A progress port that remembers what it was told."""

    lines: list[tuple[object, ...]] = field(default_factory=list)

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Remember."""
        self.lines.append(("started", stage, unit, tasks, weight))

    def advanced(self, stage: str, done: float) -> None:
        """Remember."""
        self.lines.append(("advanced", stage, done))

    def said(self, stage: str, title: str, event: object) -> None:
        """Remember."""
        self.lines.append(("said", stage, title, event))

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Remember."""
        self.lines.append(("failed", stage, title, reason, again))

    def finished(self, stage: str, done: int, failed: int) -> None:
        """Remember."""
        self.lines.append(("finished", stage, done, failed))


@dataclass
class Bench:
    """A workspace, held, with an engine."""

    name: str
    layout: Layout
    catalogue: Catalogue
    engine: Engine
    run_id: int
    view: RunView
    progress: Told = field(default_factory=Told)

    def chain(self) -> list[StageReport]:
        """Run the chain of three stages."""
        return [self.engine.run(self.run_id, stage, stage.plan(self.view), self.progress) for stage in stages.CHAIN]

    def trouble(self, partitions: Iterable[Partition]) -> StageReport:
        """Run the stage that misbehaves."""
        return self.engine.run(self.run_id, stages.TROUBLE[0], partitions, self.progress)

    def new_run(self) -> None:
        """Begin another run on the same workspace."""
        self.run_id = self.catalogue.start_run("test", {})
        self.view = RunView(self.catalogue, self.layout, self.view.settings, self.run_id)


@contextmanager
def opened(
    root: Path,
    name: str,
    table: str = "CHAIN",
    secrets: dict[str, str] | None = None,
    module: str = "engine_stages",
    folder: str = "",
    **flags: object,
) -> Iterator[Bench]:
    """Open a bench with one of the engines over a table of stages."""
    layout = Layout(root / (folder or name))
    settings = load(flags={"engine.backoff_seconds": 0.01, **ENGINES[name], **flags})
    sys.path.insert(0, str(Path(__file__).parent))  # workers import the stages by this path
    try:
        with hold(layout) as catalogue:
            found = f"{module}:{table}"
            with open_engine(catalogue, layout, settings, stages=found, secrets=secrets) as engine:
                run = catalogue.start_run("test", settings.model_dump())
                yield Bench(name, layout, catalogue, engine, run, RunView(catalogue, layout, settings, run))
    finally:
        sys.path.remove(str(Path(__file__).parent))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Give a maker of benches: ``bench("local2", table="TROUBLE", **{"engine.per_host": 1})``."""
    with ExitStack() as stack:
        yield lambda name, *names, **flags: stack.enter_context(opened(tmp_path, name, *names, **flags))


def trouble(do: str, i: int = 0, **spec: object) -> Partition:
    """Make a partition of the stage that misbehaves."""
    timeout = float(spec.pop("timeout", 60.0))  # type: ignore[arg-type]
    return Partition("trouble", "1", {"do": do, "i": i, **spec}, title=f"{do} {i}", timeout=timeout)


def contents(layout: Layout) -> str:
    """Hash everything committed: keys, output hashes, table files with their bytes. Nothing else may lie about."""
    with Catalogue(layout.catalogue, read_only=True) as catalogue:
        commits = sorted((c.stage, c.key, c.output_hash, str(c.result)) for c in catalogue.commits())
        files = [(path, file_sha256(layout.tables / path)) for path in sorted(catalogue.table_paths())]
    on_disk = sorted(p.relative_to(layout.tables).as_posix() for p in layout.tables.rglob("*") if p.is_file())
    assert on_disk == [path for path, _ in files]
    return hashlib.sha256(repr((commits, files)).encode()).hexdigest()
