"""``strata dataset build``: from a recipe to a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.dataset.flags import DEFAULT, RecipeFile, opened
from codestrata.cli.flags import AsJson, Out, Workers
from codestrata.cli.outcome import as_plain, dataset, tasks, troubles
from codestrata.cli.parts import Option
from codestrata.cli.say import as_json, line, many, size
from codestrata.errors import StrataError


def build(
    ctx: Context,
    recipe: RecipeFile = DEFAULT,
    out: Out = Path("dataset"),
    workers: Workers = None,
    force: Annotated[
        bool, Option("--force", help="Write also an empty dataset, or one that fails a gate; its card says so.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Make the dataset of a recipe, or go on making it.

    It can be interrupted at any time; the same command goes on where it stopped, and makes the same bytes. Called again
    it does what changed, and nothing where nothing did. Exit code 4: the recipe leaves nothing.
    """
    held = opened(ctx, recipe, engine__workers=workers, export__gates__force=force or None)
    try:
        made = held.build(out, empty=force)
    except StrataError:
        if held.workspace.report and not json:
            troubles(held.workspace.report)
        raise
    if json:
        as_json({**as_plain(made.report), "fresh": made.fresh})
    else:
        troubles(made.report)
        if made.report.tasks:
            tasks(made.report.tasks)
        there = made.report.dataset
        if made.fresh and there:
            dataset(there)
        elif there:
            line(f"nothing to do: {out} is what the recipe gives ({many(there.rows, 'row')}, {size(there.bytes)})")
    if made.report.exit_code:
        raise SystemExit(made.report.exit_code)
