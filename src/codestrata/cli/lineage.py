"""``strata lineage``: one row, all the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson
from codestrata.cli.say import as_json, facts, line


def lineage(
    ctx: typer.Context,
    row: Annotated[str, typer.Argument(help="repo:path, repo@commit:path, or SHARD#N (a file's N-th row, from 0).")],
    dataset: Annotated[
        Path | None, typer.Option("--dataset", "-d", help="The dataset folder [default: the last one].")
    ] = None,
    json: AsJson = False,
) -> None:
    """Print input row → repository → commit → blob → analysers → output row, and verify the bytes."""
    with context(ctx).open() as workspace:
        chain = workspace.lineage(row, dataset)
    if json:
        as_json(chain.steps)
    else:
        for title, pairs in chain.steps.items():
            line(title)
            facts({f"  {name}": value for name, value in pairs.items()})
    if not chain.verified:
        raise typer.Exit(3)
