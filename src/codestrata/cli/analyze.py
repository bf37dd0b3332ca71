"""``strata analyze``: blobs into facts, trees and patterns."""

from __future__ import annotations

from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.levels import LEVELS, levels_of
from codestrata.cli.outcome import perform
from codestrata.cli.parts import Option


def analyze(
    ctx: Context,
    level: Annotated[
        str | None,
        Option("--level", metavar="LEVELS", help="Levels of patterns to look for, such as L1,L5; without it, all."),
    ] = None,
    rules: Annotated[
        list[str] | None, Option("--rules", metavar="DIR", help="Look for the rules in this folder, too; repeatable.")
    ] = None,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Analyse what is new: blobs, paths, syntax, patterns.

    Only what is new costs anything: blobs, snapshots and rules seen before are not looked at again.
    """
    wanted = levels_of([level or ""]) or (() if ctx.settings().analyze.levels else LEVELS)
    perform(
        ctx,
        lambda workspace: workspace.analyze(),
        json=json,
        engine__workers=workers,
        analyze__levels=",".join(wanted) or None,
        analyze__rules=rules,
    )
