"""``strata dataset diff``: two datasets, compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.context import Context
from codestrata.cli.dataset.flags import opened
from codestrata.cli.flags import AsJson
from codestrata.cli.outcome import MOST
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, line, many, size, table
from codestrata.model.tokens import head

if TYPE_CHECKING:
    from codestrata.export.stage import Both, Difference, Sum


def diff(
    ctx: Context,
    a: Annotated[Path, Argument(metavar="A", help="A dataset's folder.")],
    b: Annotated[Path, Argument(metavar="B", help="Another, or a recipe: then what it would make now.")],
    json: AsJson = False,
) -> None:
    """Compare two datasets: what came, what went and why, what changed.

    Rows are matched by repository and path. Reasons are those of the other's removed/. Needs no workspace, but for a
    recipe.
    """
    from codestrata.workspace.dataset.standing import compare

    found = compare(a, opened(ctx, b) if b.is_file() else b)
    if json:
        as_json(found.as_dict())
    else:
        _tell(found)


def _tell(found: Difference) -> None:
    if found.same:
        line("the same rows in the same splits")
    called = {"all": "all rows", **{name: name for name in ("added", "removed", "changed", "same")}}
    rows = [(called[name], *_cells(both.before), *_cells(both.after)) for name, both in found.totals.items()]
    a, b = head(found.a.tokens_by), head(found.b.tokens_by)
    table(("", "A", "text", a, "B", "text", b), rows, right=range(1, 7))
    for title, tokens, listed in (
        ("removed because", a, found.removed),
        ("added, and left out of A because", b, found.added),
    ):
        _block((title, "rows", "text", tokens), [(name, *_cells(one)) for name, one in listed.items()])
    for title, both in (("language", found.languages), ("licence", found.licences), ("repository", found.repositories)):
        _both((title, "A", "text", a, "B", "text", b), both)
    _block(("split", "to", "rows"), [(a, b, f"{n:,}") for (a, b), n in found.splits.items()])
    _block(("repository", "commit in A", "in B"), [(name, *map(_short, pair)) for name, pair in found.commits.items()])
    _block(("setting", "A", "B"), [(name, _said(a), _said(b)) for name, (a, b) in found.settings.items()], right=())


def _both(heads: tuple[str, ...], listed: Mapping[str, Both]) -> None:
    rows = [(name or "(unknown)", *_cells(one.before), *_cells(one.after)) for name, one in listed.items()]
    _block(heads, rows)


def _block(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...] | None = None) -> None:
    if not rows:
        return
    line()
    table(head, rows[:MOST], right=range(1, len(head)) if right is None else right)
    if len(rows) > MOST:
        line(f"… and {many(len(rows) - MOST, 'line')} more (--json has all)")


def _cells(one: Sum) -> tuple[str, str, str]:
    return f"{one.rows:,}", size(one.bytes), f"{one.tokens:,}"


def _short(commit: str) -> str:
    return commit[:12] or "-"


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
