"""``strata clone``: promise A2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, line, many, note


def clone(
    ctx: Context,
    names: Annotated[Path, Argument(metavar="NAMES", help="One name (owner/repo) or URL per line.")],
    out: Annotated[Path, Argument(metavar="OUT", help="dataset_<owner>_<repo> of each name goes here.")],
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Clone shallow and bare, in parallel.

    What is there already is not fetched again, so the same command goes on after an interrupt. A token is taken from
    the environment (GITHUB_TOKEN, …; setting git.token_secrets) or from git.credential_file.
    """
    from codestrata.workspace import clone as clone_names

    given = ctx
    settings = given.settings(engine__workers=workers)
    done = clone_names(names, out, settings, given.secrets(settings), progress=given.teller())
    if json:
        as_json({"cloned": done.done, "already_there": done.skipped, "failed": done.failed})
    else:
        for name, reason in done.failed.items():
            note(f"failed: {name}: {reason}")
        there = f"{len(done.skipped):,} already there, {len(done.failed):,} failed: {out}"
        line(f"{many(len(done.done), 'repository')} cloned, {there}")
    if done.failed:
        raise SystemExit(3 if done.done or done.skipped else 4)
