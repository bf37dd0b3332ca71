"""``strata filter``: promise A1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.outcome import troubles
from codestrata.cli.say import line, many, note
from codestrata.errors import StrataError


def filter_(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="A CSV with id,name,has_toml,has_lock.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.txt", help="One name per line.")],
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require", metavar="FILE", help="Keep what has this file or glob in its own tree instead (repeatable)."
        ),
    ] = None,
) -> None:
    """Keep the names of what has a manifest and a lock file."""
    if require:
        _by_tree(ctx, source, out, require)
        return
    from codestrata.workspace import filter_names

    done = filter_names(source, out)
    for rejected in done.rejected:
        note(f"not read: {rejected}")
    _told(done.kept, done.total, out)
    if done.rejected:
        raise typer.Exit(3)


def _by_tree(ctx: typer.Context, source: Path, out: Path, require: list[str]) -> None:
    with context(ctx).open() as workspace:
        try:
            done = workspace.filter(source, out, require)
        except StrataError:
            if workspace.report:
                troubles(workspace.report)
            raise
        report = workspace.report
    if report:
        troubles(report)
    _told(done.kept, done.total, out)
    if report and report.exit_code:
        raise typer.Exit(report.exit_code)


def _told(kept: int, total: int, out: Path) -> None:
    line(f"{kept:,} of {many(total, 'repository')} kept: {out}")
