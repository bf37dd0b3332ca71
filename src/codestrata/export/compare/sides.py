"""What is compared: the rows of a dataset's folder, or those that a decision keeps, as tables of one DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.decide.columns import varlen
from codestrata.export.reading.dataset import Folder
from codestrata.export.reading.rows import create, quoted
from codestrata.export.text import readable_paths
from codestrata.export.tokens.known import told
from codestrata.model.tokens import ESTIMATE
from codestrata.store.columns import ArrowTable

if TYPE_CHECKING:
    import duckdb

    from codestrata.engine.base import View

#: What stands for the shard of rows that nobody has written yet; they are compared by their blobs.
PLAN = "plan"
_DECIDED = """
    full_name as repository, "commit", path, lower(hex(blob)) as blob, language, licence, licence_class, licence_source,
    split, reason, kept, size, tokens, file_row_number as number
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it is called, its digest ("" for a plan), what a row is, settings, repository → commit.

    ``tokens_by``: what made its figures of tokens, as :func:`codestrata.model.tokens.head` asks.
    """

    name: str
    digest: str
    recipe: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    repositories: Mapping[str, str] = field(default_factory=dict)
    tokens_by: str = ESTIMATE


def of_folder(con: duckdb.DuckDBPyConnection, side: str, path: Path) -> Side:
    """Load a dataset into tables ``<side>_rows`` and ``<side>_gone`` (what was left out, with the reason)."""
    folder = Folder.at(path)
    folder.load(con, f"{side}_rows")
    gone = sorted((path / "removed").glob("*.parquet"))
    listed = ", ".join(f"'{quoted(one)}'" for one in gone)
    nothing = "(select '' as repository, '' as path, '' as reason where false)"
    source = f"read_parquet([{listed}], union_by_name = true)" if gone else nothing
    con.execute(
        f"create table {side}_gone as select repository, path, any_value(reason) as reason from {source} group by all"
    )
    inputs = folder.said["inputs"]
    repositories = {one["name"]: one["commit"] for one in inputs["repositories"]}
    return Side(str(path), folder.said["digest"], folder.recipe, inputs["settings"], repositories, folder.tokens_by)


def of_view(con: duckdb.DuckDBPyConnection, side: str, view: View, name: str) -> Side:
    """Load what a run decided. Raises InvalidInput where rows are not files: nobody knows them before they are made."""
    settings = view.settings.export
    if settings.recipe != "pretrain":
        said = f"rows of recipe {settings.recipe} are not known before they are made"
        raise InvalidInput(said, where=name, hint="build it, then compare the folders")
    source = told(view, view.tables.scan(view.planned("export.decide", "decisions")))
    columns = view.tables.query(f"select {_DECIDED} from {source} order by file_row_number")
    columns["path"] = readable_paths(varlen(columns, "path"))
    con.register("decided", ArrowTable(columns))
    create(con, f"{side}_rows")
    con.execute(
        f"insert into {side}_rows by name select '{PLAN}' as shard, '' as digest, * exclude (reason, kept)"
        " from decided where kept order by number"
    )
    con.execute(
        f"create table {side}_gone as select repository, path, any_value(reason) as reason from decided"
        " where not kept group by all"
    )
    con.unregister("decided")
    commits = {s.repository_id: s.commit for s in view.snapshots()}
    repositories = {r.full_name: commits.get(r.id, "") for r in view.repositories()}
    return Side(name, "", settings.recipe, settings.model_dump(), repositories)
