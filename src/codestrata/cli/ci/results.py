"""``strata ci results``: what pipelines found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.ci.fleet import listed
from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, facts, line


def results(
    ctx: Context,
    pipeline: Annotated[
        str, Argument(metavar="PIPELINE", help="Its name or hash; the one that ran last unless told.")
    ] = "",
    out: Annotated[
        Path | None, Option("--out", "-o", metavar="FOLDER", help="Write results, findings, tests, … as Parquet there.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show what a pipeline found in every repository, and write it as tables.

    A repository's newest result counts. docs/tables.md describes the tables.
    """
    from dataclasses import asdict

    with ctx.open() as workspace:
        found = workspace.pipelines.results(pipeline, out)
    if json:
        as_json(asdict(found))
        return
    listed(found.rows, found.shares)
    line()
    line(f"{found.name} ({found.pipeline[:12]})")
    facts(found.tables, indent="  ")
