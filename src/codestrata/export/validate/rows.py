"""The rows of a dataset as one table that gates ask: whose each is, and what tells it from others; no text is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from codestrata.errors import StorageError
from codestrata.export.reading.rows import create, load
from codestrata.store.tables import connect

if TYPE_CHECKING:
    from codestrata.export.reading.dataset import Folder
    from codestrata.export.reading.rows import Kinds

#: What gates ask of rows.
_COLUMNS = (
    *("source", "repository", "commit", "path", "language", "licence", "licence_class", "split", "blob", "key"),
)
#: Columns that hold JSON, in whatever recipe has them.
JSON = frozenset(
    {
        *("FAIL_TO_PASS", "PASS_TO_PASS", "after", "bare", "before", "calls", "changes", "environment"),
        *("file_context", "files", "flaky", "messages", "metrics", "missing", "module_context", "places"),
        *("quotations", "related", "related_commits", "related_issues", "system_context", "tests"),
    }
)


class Rows:
    """Table ``rows`` of a dataset: shard, number, what gates ask of rows, and ``key``."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.con = connect()
        self.columns: dict[str, Kinds] = {}
        self.broken: dict[str, str] = {}
        create(self.con, "rows", _COLUMNS)
        for shard in folder.first:
            called = folder.called(shard)
            try:
                self.columns[called] = load(self.con, "rows", shard, called, _COLUMNS)
            except (StorageError, duckdb.Error, OSError) as error:
                self.broken[called] = str(getattr(error, "message", error)).splitlines()[0]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask a question."""
        return self.con.execute(sql).fetchall()

    @property
    def count(self) -> int:
        """Count the rows."""
        return int(self.ask("select count(*) from rows")[0][0])
