"""``strata filter``: promise A1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.say import line, note


def filter_(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="A CSV with id,name,has_toml,has_lock.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.txt", help="One name per line.")],
    require: Annotated[
        list[str] | None, typer.Option("--require", help="Keep repositories whose own tree has this file (repeatable).")
    ] = None,
) -> None:
    """Keep the names of repositories that have a manifest and a lock file."""
    if require:
        with context(ctx).open() as workspace:
            done = workspace.filter(source, out, require)
    else:
        from codestrata.workspace import filter_names

        done = filter_names(source, out)
    for rejected in done.rejected:
        note(f"not read: {rejected}")
    line(f"{done.kept} of {done.total} repositories kept: {out}")
    if done.rejected:
        raise typer.Exit(3)
