"""What trees tell of kept files: rows of the tables of syntax, each read in the language that its file is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.decide.columns import varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.shape.pieces import Piece
    from codestrata.store.columns import Columns

STAGE = "analyze.syntax"


def require(view: View) -> None:
    """Raise InvalidInput where nothing was parsed at all."""
    if not view.files("syntax", stage=STAGE):
        recipe = view.settings.export.recipe
        hint = f"strata --set export.recipe={recipe} analyze"
        raise InvalidInput("its rows are made of trees, and nothing was parsed", where=f"recipe {recipe}", hint=hint)


def rows(
    piece: Piece, table: str, select: str, tail: str = "", files: Columns | None = None
) -> Iterator[dict[str, Any]]:
    """Give rows of a table of syntax that belong to the files of a piece, or to others of its repository.

    ``files`` has ``blob`` and ``language``; rows of a content that lies in several places come once.
    """
    paths = piece.known.get(table)
    if not paths:
        return
    named = piece.files if files is None else files
    of: Columns = {name: varlen(named, name) for name in ("blob", "language")}
    held = "(select distinct blob, language from of_)"
    found = f"select distinct {select} from {piece.tables.scan(list(paths))} semi join {held} using (blob, language)"
    yield from rows_of(piece.tables.query(f"{found} {tail}", of_=of))
