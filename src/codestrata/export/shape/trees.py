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
    from codestrata.store.tables import TableFile

STAGE = "analyze.syntax"
#: Languages that can be parsed; a test holds that these are those of the grammars.
LANGUAGES = ("C", "C++", "Go", "Java", "JavaScript", "Python", "Rust", "Starlark", "TSX", "TypeScript")


def require(view: View, decisions: TableFile) -> None:
    """Raise InvalidInput where a repository with kept files that can be parsed was never parsed."""
    syntax = view.files("syntax", stage=STAGE)
    scan = view.tables.scan
    kept = f"(select full_name, blob, language from {scan([decisions])} where kept)"
    known = f"and k.blob in (select blob from {scan(syntax)})" if syntax else "and false"
    asked = f"""select full_name from {kept} k where language in {LANGUAGES}
        group by full_name having count(*) filter (true {known}) = 0 order by full_name"""
    found = [row["full_name"] for row in rows_of(view.tables.query(asked))]
    if found:
        recipe = view.settings.export.recipe
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        said = f"its rows are made of trees, and {found[0]}{more} was never parsed"
        hint = f"strata --set export.recipe={recipe} analyze"
        raise InvalidInput(said, where=f"recipe {recipe}", hint=hint)


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
