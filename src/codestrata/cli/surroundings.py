"""``strata context``: what surrounds a place."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Rules
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, plain

Scale = Literal["file", "module", "system"]


def context(
    ctx: Context,
    place: Annotated[str, Argument(metavar="PLACE", help="repo@commit:path#L10, repo:path, or a pattern's id.")],
    scale: Annotated[Scale, Option("--scale", metavar="SCALE", help="file, module or system.")] = "file",
    rules: Rules = None,
    json: AsJson = False,
) -> None:
    """Show what surrounds a place: its file, its module or its system.

    It is put together from what analysis knows when you ask, and stored nowhere.
    """
    with ctx.open(analyze__rules=rules) as workspace:
        found = workspace.strata.context(place, scale)
    if json:
        as_json(asdict(found))
        return
    line(plain(found.address))
    if not found.parts:
        line("nothing is known at this scale")
    for part in found.parts:
        line()
        line(plain(part.title))
        width = min(max((len(where) for where, _ in part.lines), default=0), 60)
        for where, says in part.lines:
            line(plain(f"  {where:<{width}}  {says}").rstrip())
        for text in part.text.splitlines():
            line(plain(f"    {text}"))
        if part.more:
            line(f"  … and {many(part.more, 'byte' if part.text else 'more').replace('mores', 'more')}")
