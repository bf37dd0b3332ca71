"""``strata dataset optout``: who is left out of every dataset of a workspace."""

from __future__ import annotations

from typing import Annotated, Literal

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, table
from codestrata.errors import InvalidInput

Action = Literal["list", "add", "remove"]


def optout(
    ctx: Context,
    action: Annotated[Action, Argument(metavar="ACTION", help="list, add or remove.")] = "list",
    pattern: Annotated[
        str, Argument(metavar="PATTERN", help="owner/*, owner/name, owner/name:path/glob, a purl, URL or id.")
    ] = "",
    reason: Annotated[str, Option("--reason", metavar="TEXT", help="Why; it stands beside every file left out.")] = "",
    json: AsJson = False,
) -> None:
    """Keep a list of who is left out of every dataset of this workspace.

    It lies in the workspace as opt-out.txt, an entry a line, and every later build heeds it; what is left out stands in
    removed/ with the pattern and the reason. Datasets that are built already: strata dataset takedown.
    """
    with ctx.open() as workspace:
        listed = workspace.optouts
        if action != "list" and not pattern:
            raise InvalidInput("a pattern is missing", where=f"strata dataset optout {action}", hint="'acme/*'")
        if action == "add":
            fresh = listed.add(pattern, reason)
            said = f"{pattern}: {'left out from the next build on' if fresh else 'is in the list already'}"
        elif action == "remove":
            said = f"{listed.remove(pattern).pattern}: may be in datasets again from the next build on"
        else:
            said = ""
        entries = listed.list()
    if json:
        as_json([{"pattern": one.pattern, "reason": one.reason} for one in entries])
    elif said:
        line(said)
    elif entries:
        table(("pattern", "reason"), [(one.pattern, one.reason) for one in entries])
    else:
        line("nobody is left out")
