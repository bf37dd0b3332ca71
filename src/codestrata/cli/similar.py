"""``strata similar``: the same idea elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Rules
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, line, plain, table


def similar(
    ctx: Context,
    pattern: Annotated[str, Argument(metavar="PATTERN", help="A pattern's id, or repo@commit:path#L10.")],
    rules: Rules = None,
    json: AsJson = False,
) -> None:
    """Find code like a pattern's, in every repository of the last run.

    Same syntax: only layout and comments differ. Same shape: names and literals do, too. Nearly: some lines.
    """
    with ctx.open(analyze__rules=rules) as workspace:
        alike = workspace.strata.similar(pattern)
    if json:
        as_json(asdict(alike))
        return
    line(plain(f"like {alike.about}"))
    if not alike.found:
        line("nothing")
        return
    table(
        ("how", "jaccard", "family", "definition", "where"),
        [(one.kind, _score(one.similarity), one.family, one.definition, one.address) for one in alike.found],
        right=(1, 2),
    )


def _score(similarity: float) -> str:
    return f"{similarity:.2f}" if similarity >= 0 else ""
