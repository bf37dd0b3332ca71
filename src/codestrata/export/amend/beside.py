"""Tables beside the rows (index/, duplicates/): without what they say of files that are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.export.reading.rows import quoted
from codestrata.store.columns import from_arrow
from codestrata.store.parquet import write_table

if TYPE_CHECKING:
    import duckdb

#: Folders of tables that name files, and the columns that do: repository, path.
FOLDERS = ("index", "duplicates")
_PLACES = (("repository", "path"), ("survivor_repository", "survivor_path"))


def forget(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    """Write the tables again that name a file of table **lost** (repository, path); others stay as they are."""
    for folder in FOLDERS:
        for page in sorted((out / folder).glob("*.parquet")):
            source = f"read_parquet('{quoted(page)}', file_row_number = true)"
            columns = {row[0] for row in con.execute(f"describe select * from {source}").fetchall()}
            about = " or ".join(_lost(*names) for names in _PLACES if set(names) <= columns)
            if not about or not con.execute(f"select 1 from {source} t where {about} limit 1").fetchall():
                continue
            stays = f"from {source} t where not ({about}) order by t.file_row_number"
            write_table(page, from_arrow(con.sql(f"select t.* exclude (file_row_number) {stays}")))


def _lost(repository: str, path: str) -> str:
    """Give the condition that a row's place is lost; paths may be bytes."""
    text = f"coalesce(try_cast(t.{path} as varchar), '')"
    return f"exists (select 1 from lost l where l.repository = t.{repository} and l.path = {text})"
