"""``strata show``: one repository."""

from __future__ import annotations

from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, facts, line, table


def show(
    ctx: Context,
    name: Annotated[str, Argument(metavar="NAME", help="A repository: owner/name, purl or id.")],
    json: AsJson = False,
) -> None:
    """Show one repository, and what became of its files."""
    with ctx.open() as workspace:
        found = workspace.show(name)
    if json:
        as_json(found)
        return
    facts(found["repository"])
    for title, rows in found["tables"].items():
        if rows:
            line()
            table(tuple(rows[0]), [tuple(r.values()) for r in rows], right=range(1, len(rows[0])))
        else:
            line(f"no {title}")
