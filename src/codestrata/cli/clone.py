"""``strata clone``: promise A2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import Workers
from codestrata.cli.say import line, note


def clone(
    ctx: typer.Context,
    names: Annotated[Path, typer.Argument(help="One name (owner/repo) or URL per line.")],
    out: Annotated[Path, typer.Argument(help="One bare repository dataset_<owner>_<repo> per name goes here.")],
    workers: Workers = None,
) -> None:
    """Clone shallow and bare, in parallel; what is there already is not fetched again."""
    from codestrata.workspace import clone as clone_names

    given = context(ctx)
    done = clone_names(names, out, given.settings(engine__workers=workers), given.secrets())
    for name, reason in done.failed.items():
        note(f"failed: {name}: {reason}")
    line(f"{len(done.done)} cloned, {len(done.skipped)} already there, {len(done.failed)} failed: {out}")
    if done.failed:
        raise typer.Exit(3)
