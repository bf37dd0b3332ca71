"""Database: one SQLite connection with named statements and transactions; its errors come out as StorageError.

WAL with ``synchronous=NORMAL``: a transaction survives any crash of the program; a loss of power may take back the last
ones, never tear one. That only means that the newest partitions are computed again, since table files are flushed to
disk before the row that names them is written.
Source: SQLite documentation, "Write-Ahead Logging" and "PRAGMA synchronous".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from codestrata.errors import StorageError
from codestrata.store.statements import statements

#: Seconds to wait for another process's write; writes take milliseconds.
BUSY = 60.0
_PRAGMAS = ("journal_mode = wal", "synchronous = normal", "foreign_keys = on", "cache_size = -16000")


class Database:
    """One connection, for one thread. ``area`` names the statement file that ``do`` and ``all`` use."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        if read_only and not path.exists():
            raise StorageError("there is no catalogue here", where=str(path), hint="is this a workspace?")
        with self._told():
            self._con = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
            self._con.row_factory = sqlite3.Row
            for pragma in ("query_only = on",) if read_only else _PRAGMAS:
                self._con.execute(f"pragma {pragma}")

    def close(self) -> None:
        """Close the connection."""
        self._con.close()

    def __enter__(self) -> Self:
        """Hold the connection for a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def run(self, sql: str, /, **values: Any) -> sqlite3.Cursor:
        """Run one statement given as SQL."""
        with self._told():
            return self._con.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> sqlite3.Cursor:
        """Run one statement for every row of values."""
        with self._told():
            return self._con.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen at once or not at all; takes the write lock at the start."""
        self.run("begin immediate")
        try:
            yield
            self.run("commit")
        except BaseException:
            if self._con.in_transaction:
                self._con.rollback()
            raise

    def flush(self) -> None:
        """Force everything committed so far to disk."""
        self.run("pragma wal_checkpoint(passive)")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            raise StorageError(str(error), where=str(self.path), hint=_advice(error)) from error


def _advice(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return "free some disk space and run again; nothing committed is lost"
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return "restore the file from a copy, or start a new workspace"
    if code == sqlite3.SQLITE_BUSY:
        return "another program holds the file; end it and run again"
    return ""


class Area:
    """A part of the catalogue: the statements of one ``.sql`` file over a database."""

    sql = ""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._statements = statements(self.sql)

    def _do(self, name: str, /, **values: Any) -> sqlite3.Cursor:
        return self.database.run(self._statements[name], **values)

    def _many(self, name: str, rows: Iterable[Mapping[str, Any]]) -> sqlite3.Cursor:
        return self.database.run_many(self._statements[name], rows)

    def _all(self, name: str, /, **values: Any) -> list[sqlite3.Row]:
        return self._do(name, **values).fetchall()
