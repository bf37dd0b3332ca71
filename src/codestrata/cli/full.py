"""``strata full``: promises A5 and A6."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.say import as_json, note


def full(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder with an input.csv.")] = Path(),
) -> None:
    """Filter, clone and collect in one folder: filtered_repos.txt, datasets/, code.jsonl, summary.json."""
    from codestrata.workspace import full as full_run

    given = context(ctx)
    done = full_run(folder, given.settings(), given.secrets())
    for reason in done.troubles:
        note(f"failed: {reason}")
    as_json(done.summary)
    if done.troubles:
        raise typer.Exit(3)
