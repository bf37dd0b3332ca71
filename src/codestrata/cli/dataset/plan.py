"""``strata dataset plan``: what a recipe would make, counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codestrata.cli.context import Context
from codestrata.cli.dataset.flags import DEFAULT, RecipeFile, opened
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.outcome import MOST, shares, troubles
from codestrata.cli.progress import span
from codestrata.cli.say import as_json, line, many, size, table
from codestrata.model.tokens import ESTIMATE, head, said

if TYPE_CHECKING:
    from codestrata.workspace.dataset.planned import Amount, Planned

TOKENS = head(ESTIMATE)


def plan(ctx: Context, recipe: RecipeFile = DEFAULT, workers: Workers = None, json: AsJson = False) -> None:
    """Count what a recipe would make, gate by gate; nothing is written.

    Repositories are fetched and analysed where that has not been done; building goes on from there. Tokens (those of
    kept files as your tokenizer counts them, once it did), disk and time are estimates.
    """
    made = opened(ctx, recipe, engine__workers=workers).plan()
    if json:
        as_json(made.as_dict())
    else:
        troubles(made.report)
        shares(made.shares)
        _tell(made)
    if made.report.exit_code:
        raise SystemExit(made.report.exit_code)


def _tell(made: Planned) -> None:
    total, kept = made.total, made.kept
    line(f"{made.name} ({made.recipe}): {many(made.repositories, 'repository')}, {_said(total)}")
    line()
    rows = [(one.reason, *_cells(one.dropped), *_cells(one.left), one.about) for one in made.gates]
    rows.append(("kept", "", "", "", *_cells(kept), "what goes into the dataset"))
    head = ("gate", "dropped", "bytes", TOKENS, "left", "bytes", TOKENS, "")
    table(head, rows, right=range(1, 7))
    for title, listed in (("language", made.languages), ("licence", made.licences)):
        if listed:
            line()
            _list(title, listed)
    if made.shares:
        line()
        _splits(made.shares)
    line()
    if made.candidates is not None:
        _candidates(made)
    line(f"about {size(made.disk)} on disk and {span(made.seconds)} more to build (estimates)")


def _said(amount: Amount) -> str:
    return f"{many(amount.files, 'file')}, {size(amount.bytes)}, {said(amount.tokens, ESTIMATE)}"


def _cells(amount: Amount) -> tuple[str, str, str]:
    return f"{amount.files:,}", size(amount.bytes), f"{amount.tokens:,}"


def _list(title: str, listed: Mapping[str, Amount]) -> None:
    rows = [(name or "(unknown)", *_cells(one)) for name, one in [*listed.items()][:MOST]]
    table((title, "files", "text", TOKENS), rows, right=(1, 2, 3))
    if len(listed) > MOST:
        line(f"… and {many(len(listed) - MOST, title)} more")


def _splits(told: Mapping[str, Any]) -> None:
    from codestrata.export.stage import KIN

    rows = [
        (one["split"], f"{one['asked']:.1%}", f"{one['families']:,}", f"{one['files']:,}", size(one["bytes"]))
        for one in told["splits"]
    ]
    table(("split", f"of {KIN[told['by']][1]}", "has", "files", "text"), rows, right=range(1, 5))


def _candidates(made: Planned) -> None:
    over = ", ".join(f"{count:,} by {name}" for name, count in made.passed_over.items())
    line(f"{many(made.candidates or 0, 'commit')} to try" + (f"; passed over: {over}" if over else ""))
    line("building runs the tests of each, and more often of those that are tasks (not in the estimates)")
