"""``strata dataset set``: other settings, written into a recipe or only tried."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context, parse_flags
from codestrata.cli.dataset.flags import DEFAULT, opened
from codestrata.cli.flags import AsJson
from codestrata.cli.outcome import MOST
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, size, table
from codestrata.errors import InvalidInput
from codestrata.model.tokens import ESTIMATE, head

if TYPE_CHECKING:
    from codestrata.workspace.dataset.planned import Amount
    from codestrata.workspace.dataset.whatif import Change, WhatIf

TOKENS = head(ESTIMATE)


def set_(
    ctx: Context,
    assign: Annotated[
        list[str] | None, Argument(metavar="KEY=VALUE", help="A setting as recipes name it: quality.max_line=120.")
    ] = None,
    recipe: Annotated[Path, Option("--recipe", "-r", metavar="FILE", help="The recipe.")] = DEFAULT,
    what_if: Annotated[bool, Option("--what-if", help="Only say what would be gained and lost.")] = False,
    json: AsJson = False,
) -> None:
    """Change settings of a recipe, or say what changing them would do.

    Written into the file, its comments stay. With --what-if nothing is written or analysed again: all files are decided
    on once more, over what is known of them, and counted against the recipe as it is.
    """
    if not assign:
        raise InvalidInput("a setting is missing", where="strata dataset set", hint="quality.max_line=120")
    wanted = parse_flags(assign)
    dataset = opened(ctx, recipe)
    if what_if:
        found = dataset.what_if(wanted)
        as_json(found.as_dict()) if json else _tell(found)
        return
    dataset.set(wanted)
    if json:
        as_json({"recipe": str(recipe), "set": wanted})
    else:
        line(f"{recipe}: {', '.join(f'{name} = {value}' for name, value in wanted.items())}")


def _tell(found: WhatIf) -> None:
    before, after = found.before, found.after
    rows = [("now", *_cells(before)), ("then", *_cells(after)), ("change", *_signed(before, after))]
    table(("", "files", "text", TOKENS), rows, right=(1, 2, 3))
    moved = [(name, f"{now:,}", f"{then:,}") for name, (now, then) in found.splits.items() if now != then]
    if moved:
        line()
        table(("split", "files now", "then"), moved, right=(1, 2))
    if found.replaced[0] != found.replaced[1]:
        line(f"private places replaced: {found.replaced[0]:,} now, {found.replaced[1]:,} then")
    if not (found.languages or moved or found.replaced[0] != found.replaced[1]):
        line("nothing changes")
    if not found.languages:
        return
    for title, listed in (("language", found.languages), ("reason", found.reasons)):
        line()
        _list(title, listed)


def _list(title: str, listed: Mapping[str, Change]) -> None:
    rows = [(name or "(unknown)", *_cells(one.gained, "+"), *_cells(one.lost, "-")) for name, one in listed.items()]
    head = (title, "gained", "text", TOKENS, "lost", "text", TOKENS)
    table(head, rows[:MOST], right=range(1, 7))
    if len(rows) > MOST:
        line(f"… and {many(len(rows) - MOST, title)} more")


def _cells(amount: Amount, sign: str = "") -> tuple[str, str, str]:
    if sign and not amount.files:
        return "", "", ""
    return f"{sign}{amount.files:,}", f"{sign}{size(amount.bytes)}", f"{sign}{amount.tokens:,}"


def _signed(before: Amount, after: Amount) -> tuple[str, str, str]:
    text = after.bytes - before.bytes
    words = f"{'+' if text >= 0 else ''}{size(text)}"
    return f"{after.files - before.files:+,}", words, f"{after.tokens - before.tokens:+,}"
