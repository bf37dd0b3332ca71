"""``strata clusters``: code that is alike, over all repositories."""

from __future__ import annotations

from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Option
from codestrata.cli.say import as_json, line, note, plain, table

#: Rows of the list, unless told.
MOST = 30


def clusters(
    ctx: Context,
    *,
    families: Annotated[
        int, Option("--families", metavar="N", help="Only what at least so many fork families have.")
    ] = 1,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", help="Rows of the list; 0 for all.")] = MOST,
    json: AsJson = False,
) -> None:
    """List code that is alike in several places, the most spread first.

    `strata similar` on a place lists the members of its cluster.
    """
    with ctx.open() as workspace:
        found = workspace.strata.clusters(families, limit)
    if json:
        as_json(found)
        return
    if not found:
        line("no clusters")
        return
    header = ("how", "families", "repositories", "places", "variants", "novelty", "what", "medoid")
    rows = [
        (
            one["how"],
            one["families"],
            one["repositories"],
            one["members"],
            one["variants"],
            f"{one['novelty']:.2f}",
            plain(f"{one['kind']} {one['name']}"),
            one["address"],
        )
        for one in found
    ]
    table(header, rows, right=(1, 2, 3, 4, 5))
    if limit and len(found) == limit:
        note(f"the first {limit}; --limit 0 lists all")
