"""``strata full``: promises A5 and A6."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, note


def full(
    ctx: Context,
    folder: Annotated[Path, Argument(metavar="FOLDER", help="A folder with an input.csv (here unless told).")] = (
        Path()
    ),
) -> None:
    """Filter, clone, run tools and collect in a folder with input.csv.

    Leaves filtered_repos.txt, datasets/, outputs.jsonl, code.jsonl and summary.json, and prints the summary. Tools run
    in a sandbox only; where there is none they are left out. Exit code 3: something failed; 4: nothing could be had.
    """
    from codestrata.workspace import full as full_run

    given = ctx
    settings = given.settings()
    done = full_run(folder, settings, given.secrets(settings), progress=given.teller())
    for told in done.notes:
        note(told)
    for reason in done.troubles:
        note(f"failed: {reason}")
    as_json(done.summary)
    if done.troubles:
        raise SystemExit(3 if done.repositories else 4)
