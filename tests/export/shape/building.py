"""Datasets of rows that are not files, built from real repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import MIT
from tests.conftest import RepoBuilder

from codestrata import Workspace
from codestrata.settings import load
from codestrata.store.rows import rows_of
from codestrata.store.tables import connect

__all__ = ["MIT", "SECRET", "Built", "build"]

#: A secret that workspaces have here.
SECRET = "AUTHOR_KEY"


@dataclass(frozen=True)
class Built:
    """A dataset: its rows, what each gate turned away, and where it lies."""

    rows: list[dict[str, Any]]
    gates: Mapping[str, int]
    folder: Path

    def named(self, name: str) -> dict[str, Any]:
        """Give the row of a name."""
        (row,) = [row for row in self.rows if row["name"] == name]
        return row

    def files(self) -> dict[str, bytes]:
        """Give the bytes of every shard."""
        return {file.name: file.read_bytes() for file in sorted((self.folder / "data").iterdir())}


def build(folder: Path, repos: list[RepoBuilder], recipe: str, out: str = "dataset", **flags: Any) -> Built:
    """Run the whole way to a recipe's dataset; flags are settings with __ for the dots."""
    listed = folder / "repos.csv"
    listed.write_text("url\n" + "\n".join(str(repo.path) for repo in repos) + "\n")
    given = {"engine.inline": True, "ingest.strategy": "full", "export.recipe": recipe}
    settings = load(None, {}, given | {k.replace("__", "."): v for k, v in flags.items()})
    workspace = folder / f"w-{out}"
    with Workspace(workspace, settings, secrets={SECRET: "known"}) as held:
        report = held.run(listed, folder / out)
        with held.reader() as catalogue:
            results = catalogue.results(report.run, "export.shape")
    return Built(_rows(folder / out), _summed(results), folder / out)


def _rows(folder: Path) -> list[dict[str, Any]]:
    from codestrata.store.columns import from_arrow

    return list(rows_of(from_arrow(connect().sql(f"select * from '{folder}/data/*.parquet'"))))


def _summed(results: list[dict[str, Any]]) -> dict[str, int]:
    gates: dict[str, int] = {}
    for result in results:
        for gate, count in result.get("gates", {}).items():
            gates[gate] = gates.get(gate, 0) + count
    return gates
