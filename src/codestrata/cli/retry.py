"""``strata retry``: dead letters back into the queue."""

from __future__ import annotations

from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import line, many


def retry(
    ctx: Context,
    tasks: Annotated[
        list[int] | None,
        Argument(metavar="TASK", help="Task numbers from strata status --dead (all unless told)."),
    ] = None,
    stage: Annotated[str, Option("--stage", metavar="NAME", help="Only of this stage.")] = "",
    error_class: Annotated[str, Option("--class", metavar="NAME", help="Only of this error class.")] = "",
) -> None:
    """Put the tasks that gave up back into the queue."""
    with ctx.open() as workspace:
        count = workspace.retry(tasks or (), stage=stage, error_class=error_class)
    if count:
        line(f"{many(count, 'task')} queued again: strata run (or ingest, analyze, export, ci fleet) goes on with them")
    else:
        line("nothing to retry: no such task has given up")
