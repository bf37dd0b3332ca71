"""``strata retry``: dead letters back into the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.say import line


def retry(
    ctx: typer.Context,
    tasks: Annotated[
        list[int] | None, typer.Argument(help="Task numbers from strata status --dead [default: all].")
    ] = None,
    stage: Annotated[str, typer.Option(help="Only of this stage.")] = "",
    error_class: Annotated[str, typer.Option("--class", help="Only of this error class.")] = "",
) -> None:
    """Put dead letters back into the queue; the next run tries them again."""
    with context(ctx).open() as workspace:
        count = workspace.retry(tasks or (), stage=stage, error_class=error_class)
    line(f"{count} tasks queued again; strata ingest, analyze, export or run goes on with them")
