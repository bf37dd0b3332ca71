"""``strata lineage``: one row, all the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, facts, line


def lineage(
    ctx: Context,
    row: Annotated[
        str, Argument(metavar="ROW", help="repo:path, repo@commit:path, or SHARD#N (a file's N-th row, from 0).")
    ],
    dataset: Annotated[
        Path | None, Option("--dataset", "-d", metavar="FOLDER", help="The dataset (the last one unless told).")
    ] = None,
    json: AsJson = False,
) -> None:
    """Trace one row back to the list, and verify its bytes.

    Input row → repository → commit → blob → analysers → output row. A dropped file ends in the reason.
    """
    with ctx.open() as workspace:
        chain = workspace.lineage(row, dataset)
    if json:
        as_json(chain.steps)
    else:
        for title, pairs in chain.steps.items():
            line(title)
            facts(pairs, indent="  ")
    if not chain.verified:
        raise SystemExit(3)
