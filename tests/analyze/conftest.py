"""Fixtures: a workspace that ingests and analyses real repositories in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from codestrata.analyze.stage import STAGES as ANALYZE
from codestrata.engine import Engine, open_engine
from codestrata.engine.report import StageReport
from codestrata.engine.view import RunView
from codestrata.ingest.stage import STAGES as INGEST
from codestrata.model import Origin, OriginKind, Repository
from codestrata.settings import Settings, load
from codestrata.store.catalogue import Catalogue
from codestrata.store.columns import Columns, Varlen
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.telemetry import Silent


@dataclass
class Analysis:
    """A held workspace; each ``run`` ingests and analyses the repositories given."""

    layout: Layout
    catalogue: Catalogue
    engine: Engine
    settings: Settings
    view: RunView | None = None
    reports: dict[str, StageReport] = field(default_factory=dict)

    def run(self, *repositories: Repository) -> None:
        """Do everything that is due for some repositories."""
        self.catalogue.put_repositories(repositories)
        run = self.catalogue.start_run("test", {})
        self.catalogue.select(run, [r.id for r in repositories])
        self.view = RunView(self.catalogue, self.layout, self.settings, run)
        for stage in (*INGEST, *ANALYZE):
            self.reports[stage.name] = self.engine.run(run, stage, stage.plan(self.view), Silent())

    def table(self, name: str, repository: Repository) -> Columns:
        """Read a table of one repository."""
        assert self.view is not None
        files = self.view.files(name, subject=repository.id)
        return self.view.tables.read(files, tail="order by file_row_number")

    def annotations(self, repository: Repository) -> dict[str, dict[str, Any]]:
        """Give path → row of table annotations."""
        table = self.table("annotations", repository)
        lists = [c.strings() if isinstance(c, Varlen) and c.text else list(c) for c in table.values()]
        rows = [dict(zip(table, row, strict=True)) for row in zip(*lists, strict=True)]
        return {row["path"].decode("utf-8", "surrogateescape"): row for row in rows}


@pytest.fixture
def analysis(tmp_path: Path) -> Iterator[Analysis]:
    """Give a workspace whose engine works in this process."""
    with ExitStack() as stack:
        layout = Layout(tmp_path / "workspace")
        settings = load(flags={"engine.inline": True})
        catalogue = stack.enter_context(hold(layout))
        engine = stack.enter_context(open_engine(catalogue, layout, settings, stages="codestrata.pipeline:STAGES"))
        yield Analysis(layout, catalogue, engine, settings)


@pytest.fixture
def repository_of(make_repo: Callable[..., Any]) -> Callable[..., tuple[Any, Repository]]:
    """Give a maker of real Git repositories with the noun that stands for each."""

    def make(name: str, files: dict[str, str | bytes], **fields: Any) -> tuple[Any, Repository]:
        builder = make_repo(name, files)
        return builder, Repository.at(Origin(OriginKind.LOCAL, str(builder.path)), f"example/{name}", **fields)

    return make
