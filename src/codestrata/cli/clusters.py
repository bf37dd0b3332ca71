"""``strata clusters``: code that is alike, over all repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

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
    shapes: Annotated[
        bool, Option("--shapes", help="Shapes of statements instead, names aside: idioms without a rule.")
    ] = False,
    json: AsJson = False,
) -> None:
    """List code that is alike in several places, the most spread first.

    `strata similar` on a place lists the members of its cluster.
    """
    with ctx.open() as workspace:
        ask = workspace.strata.shapes if shapes else workspace.strata.clusters
        found = ask(families, limit)
    if json:
        as_json(found)
        return
    if not found:
        line("no shapes" if shapes else "no clusters")
        return
    _shapes(found) if shapes else _clusters(found)
    if limit and len(found) == limit:
        note(f"the first {limit}; --limit 0 lists all")


def _shapes(found: Sequence[Mapping[str, Any]]) -> None:
    header = ("families", "repositories", "places", "nodes", "language", "what", "the shortest")
    names = ("families", "repositories", "places", "nodes", "language", "kind", "address")
    table(header, [[plain(str(one[name])) for name in names] for one in found], right=(0, 1, 2, 3))


def _clusters(found: Sequence[Mapping[str, Any]]) -> None:
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
