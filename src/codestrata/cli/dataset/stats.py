"""``strata dataset stats``: the figures of a dataset, in the terminal or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, size, table
from codestrata.model.tokens import said

if TYPE_CHECKING:
    from codestrata.export.report.stats import Line

_SHOWN = 10


def stats(
    ctx: Context,  # noqa: ARG001 -- a dataset stands for itself
    dataset: Annotated[Path, Argument(metavar="DIR", help="A dataset's folder.")],
    html: Annotated[
        Path | None, Option("--html", metavar="FILE", help="Write a page there that needs nothing else.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show a dataset: languages, licences, sizes, what was left out; as a page, too.

    Needs no workspace. The page has samples to browse, and works from a disk without a network.
    """
    from codestrata.workspace.dataset.standing import look

    told = look(dataset)
    if html:
        from codestrata.workspace.dataset.standing import page

        html.write_text(page(told), "utf-8")
    if json:
        as_json(told.as_dict())
        return
    tokens = f", {said(told.total.tokens, told.tokens_by)}" if told.total.tokens > 0 else ""
    line(f"{told.name} ({told.recipe}): {many(told.total.rows, 'row')}, {size(told.total.bytes)}{tokens}")
    for head, lines in (
        ("split", told.splits),
        ("language", told.languages),
        ("licence", told.licences),
        ("repository", told.repositories),
    ):
        _lines(head, lines)
    _lines("left out because", told.removed)
    if html:
        line()
        line(f"the page is {html}")


def _lines(head: str, lines: Sequence[Line]) -> None:
    if not lines:
        return
    line()
    rows = [(one.name or "(unknown)", f"{one.rows:,}", size(max(one.bytes, 0))) for one in lines[:_SHOWN]]
    table((head, "rows", "text"), rows, right=(1, 2))
    if len(lines) > _SHOWN:
        line(f"… and {len(lines) - _SHOWN} more")
