"""``strata filter``: promise A1."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.outcome import troubles
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import line, many, note
from codestrata.errors import StrataError


def filter_(
    ctx: Context,
    source: Annotated[Path, Argument(metavar="IN.csv", help="A CSV with id,name,has_toml,has_lock.")],
    out: Annotated[Path, Argument(metavar="OUT.txt", help="One name per line.")],
    require: Annotated[
        list[str] | None,
        Option(
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
        raise SystemExit(3)


def _by_tree(ctx: Context, source: Path, out: Path, require: list[str]) -> None:
    with ctx.open() as workspace:
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
        raise SystemExit(report.exit_code)


def _told(kept: int, total: int, out: Path) -> None:
    line(f"{kept:,} of {many(total, 'repository')} kept: {out}")
