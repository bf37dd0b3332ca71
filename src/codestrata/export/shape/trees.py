"""What trees tell of kept files: which files of the tables of syntax speak of a repository, and their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.decide.columns import varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View
    from codestrata.store.columns import Columns
    from codestrata.store.tables import TableFile

STAGE = "analyze.syntax"
#: Table → its files.
Told = Mapping[str, Sequence[str]]


def speaking(view: View, decisions: TableFile, tables: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Give for each repository id the files of tables of syntax with rows of its kept files.

    Raises InvalidInput where nothing at all was parsed.
    """
    files = {name: view.files(name, stage=STAGE) for name in tables}
    if not view.files("syntax", stage=STAGE):
        hint = f"strata --set export.recipe={view.settings.export.recipe} analyze"
        raise InvalidInput("rows of this recipe are made of trees, and nothing was parsed", hint=hint)
    kept = f"(select distinct repository_id, blob from {view.tables.scan([decisions])} where kept)"
    parts = [
        f"select distinct repository_id, '{name}' as told, file_index::bigint as file"
        f" from {kept} join {view.tables.scan(listed)} using (blob)"
        for name, listed in files.items()
        if listed
    ]
    found: dict[str, dict[str, list[str]]] = {}
    if parts:
        for row in rows_of(view.tables.query(f"{' union all '.join(parts)} order by all")):
            told = found.setdefault(row["repository_id"], {name: [] for name in tables})
            told[row["told"]].append(files[row["told"]][row["file"]].path)
    return found


def digest(told: Told) -> str:
    """Digest the names of the files, which carry their hashes: what a key needs of them."""
    return hashlib.blake2b(repr(sorted(told.items())).encode(), digest_size=16).hexdigest()


def rows(io: IO, told: Told, table: str, files: Columns, select: str, tail: str = "") -> Iterator[dict[str, Any]]:
    """Give rows of a table of syntax that belong to kept files, each read in the language that it is kept in.

    ``files`` has ``blob`` and ``language``; rows of a content that lies in several places come once.
    """
    if not told.get(table):
        return
    of: Columns = {name: varlen(files, name) for name in ("blob", "language")}
    held = "(select distinct blob, language from of_)"
    found = f"select distinct {select} from {io.tables.scan(told[table])} semi join {held} using (blob, language)"
    yield from rows_of(io.tables.query(f"{found} {tail}", of_=of))
