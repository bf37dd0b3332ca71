"""``strata dataset takedown``: rows leave a dataset that is built already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note


def takedown(
    ctx: Context,
    folder: Annotated[Path, Argument(metavar="FOLDER", help="A dataset's folder.")],
    pattern: Annotated[
        str, Argument(metavar="PATTERN", help="owner/*, owner/name, owner/name:path/glob, a purl, URL or id.")
    ],
    reason: Annotated[str, Option("--reason", metavar="TEXT", help="Why; it stands in the stubs and the card.")] = "",
    date: Annotated[str, Option("--date", metavar="DAY", help="When, as the tombstone shall say: 2026-01-31.")] = "",
    json: AsJson = False,
) -> None:
    """Take rows out of a dataset that was built, and leave a tombstone.

    Only the shards that hold such rows are written again, in their place all at once; removed/, the card, attribution
    and manifest say so. Needs no workspace; where there is one, the pattern joins its opt-out list.
    """
    from codestrata.workspace.dataset.standing import takedown as take_down

    done = take_down(folder, pattern, reason, date)
    with ctx.open() as workspace:
        listed = workspace.layout.catalogue.exists() and workspace.optouts.add(pattern, reason)
    if json:
        as_json(done.as_dict())
        return
    if done.rows:
        shards = many(len(done.shards), "shard")
        of = f" of {many(done.files, 'file')}" if done.files else ""
        line(f"{many(done.rows, 'row')}{of} taken out of {folder}; {shards} written again")
        line(f"digest {done.before[:12]} → {done.after[:12]}")
    else:
        line(f"no row of {folder} is covered by {pattern}: nothing was changed")
    if listed:
        note(f"{pattern} is in the workspace's opt-out list now: later builds leave it out, too")
