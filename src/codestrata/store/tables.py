"""Bulk tables: Parquet files under the workspace, written to a temporary name and named by their hash.

A file exists for readers only once the catalogue says so (``TableFile`` in a commit row); what a killed worker left
behind is never seen. DuckDB queries them; one thread, so that the same question gives the same bytes. NumPy and
Arrow are loaded with the first table, not with this module.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import StorageError
from codestrata.store.records import TableFile

if TYPE_CHECKING:
    import duckdb

    from codestrata.store.columns import Columns
    from codestrata.store.parquet import ParquetFile as Written

__all__ = ["TableFile", "Tables", "connect", "file_sha256", "remove_leftovers"]


def connect(memory: str = "512MB") -> duckdb.DuckDBPyConnection:
    """Open DuckDB: one thread, in memory, no extension is ever loaded or downloaded."""
    import duckdb

    con = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    con.execute("set arrow_large_buffer_size = true")
    con.execute("set produce_arrow_string_view = false")
    return con


class Tables:
    """The tables folder. Each process holds its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Open the connection at first use (160 ms of import)."""
        return connect()

    def write(self, table: str, columns: Columns) -> TableFile:
        """Write one file; it is named by its content, so writing the same rows twice gives the same file."""
        from codestrata.store.parquet import write_table

        folder = self.root / table
        temporary = folder / f".{os.getpid()}.{id(columns):x}.tmp"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = write_table(temporary, columns)
            return self._named(table, temporary, file.rows, file.sha256)
        except OSError as error:
            raise StorageError(str(error), where=str(folder), hint="free some disk space and run again") from error
        finally:
            temporary.unlink(missing_ok=True)

    def adopt(self, table: str, file: Written) -> TableFile:
        """Take in a Parquet file written elsewhere on this disk; it is moved here and named by its content."""
        folder = self.root / table
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return self._named(table, file.path, file.rows, file.sha256)
        except OSError as error:
            raise StorageError(str(error), where=str(folder), hint="free some disk space and run again") from error

    def _named(self, table: str, path: Path, count: int, digest: str) -> TableFile:
        final, size = self.root / table / f"{digest[:32]}.parquet", path.stat().st_size
        path.replace(final)
        return TableFile(table, f"{table}/{final.name}", count, size, digest)

    def scan(self, files: Sequence[TableFile | str]) -> str:
        """Give the SQL that reads these files (or paths relative to the folder) as one table, in their order.

        The column ``file_row_number`` counts rows from 0 within each file.
        """
        paths = [f if isinstance(f, str) else f.path for f in files]
        listed = ", ".join(f"'{_quote(self.root / p)}'" for p in paths)
        return f"read_parquet([{listed}], file_row_number = true)"

    def read(self, files: Sequence[TableFile], select: str = "* exclude (file_row_number)", tail: str = "") -> Columns:
        """Read columns of some files; ``tail`` is SQL after the FROM clause (where, order by)."""
        if not files:
            return {}
        return self.query(f"select {select} from {self.scan(files)} {tail}")

    def copy(self, sql: str, path: Path, options: str, **tables: Columns) -> None:
        """Write a query's rows into a file outside the tables folder; ``options`` are DuckDB's COPY options."""
        try:
            with self._there(tables):
                self.con.execute(f"copy ({sql}) to '{_quote(path)}' {options}")
        except Exception as error:
            if "No space left" in str(error):
                raise StorageError(str(error), where=str(path), hint="free some disk space and run again") from error
            raise

    def query(self, sql: str, **tables: Columns) -> Columns:
        """Run one query over the named in-memory tables and any ``scan(…)`` written into it."""
        from codestrata.store.columns import from_arrow

        with self._there(tables):
            return from_arrow(self.con.sql(sql))

    @contextmanager
    def _there(self, tables: Mapping[str, Columns]) -> Iterator[None]:
        """Let a query name tables in memory."""
        from codestrata.store.columns import ArrowTable

        for name, columns in tables.items():
            self.con.register(name, ArrowTable(columns))
        try:
            yield
        finally:
            for name in tables:
                self.con.unregister(name)


def file_sha256(path: Path) -> str:
    """Hash a file without holding it in memory."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def remove_leftovers(root: Path, keep: Iterable[str]) -> int:
    """Delete files no commit knows; returns how many. Only call while holding the workspace."""
    known, removed = set(keep), 0
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.relative_to(root).as_posix() not in known:
            path.unlink()
            removed += 1
    return removed


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
