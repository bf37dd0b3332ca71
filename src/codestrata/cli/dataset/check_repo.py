"""``strata dataset check-repo``: am I in it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.outcome import MOST
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, facts, line, many, size, table
from codestrata.errors import InvalidInput, NothingDone

if TYPE_CHECKING:
    from codestrata.export.stage import Membership


def check_repo(
    ctx: Context,
    repository: Annotated[str, Argument(metavar="REPOSITORY", help="owner/name, a URL, purl or repository id.")],
    dataset: Annotated[
        Path | None, Option("--dataset", "-d", metavar="FOLDER", help="The dataset (the last one unless told).")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say what a dataset has of a repository, or why it has nothing.

    Exit code 0: some of it is in the dataset; 4: none of it is. Needs no workspace where the dataset is named.
    """
    from codestrata.workspace.dataset.standing import membership

    found = membership(dataset or _last(ctx), repository)
    if json:
        as_json(found.as_dict())
    else:
        _tell(found)
    if not found.rows:
        raise SystemExit(NothingDone.exit_code)


def _last(ctx: Context) -> Path:
    with ctx.open() as workspace:
        there = workspace.last_dataset()
    if there is None:
        raise InvalidInput("no dataset was built here", where=str(ctx.folder), hint="--dataset FOLDER names one")
    return there


def _tell(found: Membership) -> None:
    if found.rows:
        line(f"{found.name}: {many(found.rows, 'row')} of {many(found.files, 'file')}, {size(found.bytes)}")
        splits = ", ".join(f"{name} {count:,}" for name, count in found.splits.items())
        told = {"from": found.origin, "commits": _several(found.commits), "licences": _several(found.licences)}
        facts({**told, "splits": splits}, indent="  ")
    elif found.listed:
        line(f"{found.name}: no row, though the dataset was made from it")
    else:
        line(f"{found.name}: not among the repositories that the dataset was made from")
    if found.left_out:
        line()
        rows = [(f"{count:,}", reason) for reason, count in found.left_out.items()]
        table(("files", "left out because"), rows, right=(0,))


def _several(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST:,} more" if len(names) > MOST else ""
    return ", ".join(name or "(none)" for name in names[:MOST]) + more
