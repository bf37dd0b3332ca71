"""``strata export``: facts into a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson, Out, Workers
from codestrata.cli.report import tell


def export(
    ctx: typer.Context,
    out: Out = Path("dataset"),
    workers: Workers = None,
    format_: Annotated[str | None, typer.Option("--format", help="parquet, jsonl or jsonl.zst.")] = None,
    json: AsJson = False,
) -> None:
    """Decide what stays and write the dataset; thresholds can be changed without analysing again."""
    with context(ctx).open(engine__workers=workers, export__write__format=format_) as workspace:
        tell(workspace.export(out), json=json)
