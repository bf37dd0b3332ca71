"""``strata dataset stats``: the figures of a dataset, in the terminal or as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note, size, table
from codestrata.errors import EXIT_PARTIAL, InvalidInput
from codestrata.model.tokens import said

if TYPE_CHECKING:
    from codestrata.export.report.stats import Line, Stats

#: Damaged files that are named.
_NAMED = 3
_SHOWN = 10


def stats(
    ctx: Context,  # noqa: ARG001 -- a dataset stands for itself
    dataset: Annotated[Path | None, Argument(metavar="DIR", help="A dataset's folder.")] = None,
    html: Annotated[
        str | None,
        Option("--html", metavar="FILE", alone="", help="Write a page that needs nothing else: DIR.html unless told."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show a dataset: languages, licences, sizes, what was left out; as a page, too.

    Needs no workspace. The page has samples to browse, and works from a disk without a network. Exit code 3: some of
    its files are not those that the manifest names; they are listed, and those that cannot be read count nowhere.
    """
    from codestrata.workspace.dataset.standing import look

    folder, page = _places(dataset, html)
    told = look(folder)
    if page:
        from codestrata.workspace.dataset.standing import write_page

        write_page(told, folder, page)
    if json:
        as_json(told.as_dict())
    else:
        _tell(told)
        if page:
            line()
            line(f"the page is {page}")
    if told.damage:
        _warn(told.damage)
        raise SystemExit(EXIT_PARTIAL)


def _places(dataset: Path | None, html: str | None) -> tuple[Path, Path | None]:
    """Say which folder is meant, and where the page goes; ``--html DIR`` names no file but the dataset."""
    if dataset is None and html and Path(html).is_dir():
        dataset, html = Path(html), ""
    if dataset is None:
        hint = "strata dataset stats DIR --html"
        raise InvalidInput("a dataset's folder is missing", where="strata dataset stats", hint=hint)
    if html:
        return dataset, Path(html)
    whole = dataset.absolute()
    return dataset, dataset.parent / f"{whole.name}.html" if html == "" else None


def _warn(damage: Mapping[str, str]) -> None:
    first = "; ".join(f"{name} {why}" for name, why in [*damage.items()][:_NAMED])
    more = f" and {len(damage) - _NAMED:,} more" if len(damage) > _NAMED else ""
    hint = "strata dataset validate says more; build the dataset again"
    note(f"warning: damaged, {many(len(damage), 'file')} not as the manifest says: {first}{more} ({hint})")


def _tell(told: Stats) -> None:
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


def _lines(head: str, lines: Sequence[Line]) -> None:
    if not lines:
        return
    line()
    rows = [(one.name or "(unknown)", f"{one.rows:,}", size(max(one.bytes, 0))) for one in lines[:_SHOWN]]
    table((head, "rows", "text"), rows, right=(1, 2))
    if len(lines) > _SHOWN:
        line(f"… and {len(lines) - _SHOWN} more")
