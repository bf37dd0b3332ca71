"""The rows of a dataset as one table that gates ask: whose each is, and what tells it from others; no text is held."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from codestrata.errors import StorageError
from codestrata.export.reading.dataset import Folder, insert, quoted, split_of
from codestrata.export.reading.records import kind_of, read
from codestrata.store.tables import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Columns that the table takes over as far as a dataset has them.
TEXTS = ("source", "repository", "commit", "path", "language", "licence", "licence_class", "split", "blob")
#: Columns that say where a row is from, and not what is in it.
ASIDE = frozenset({*TEXTS, "origin", "licence_source", "licence_method", "encoding", "sha256", "id"})
#: Columns that hold JSON, in whatever recipe has them.
JSON = frozenset(
    {
        *(
            "FAIL_TO_PASS",
            "PASS_TO_PASS",
            "after",
            "before",
            "calls",
            "changes",
            "environment",
            "file_context",
            "files",
        ),
        *("messages", "metrics", "missing", "module_context", "places", "quotations", "related", "related_commits"),
        *("related_issues", "system_context", "tests"),
    }
)
_TABLE = f"shard text, number bigint, {', '.join(f'{chr(34)}{name}{chr(34)} text' for name in TEXTS)}, key text"
_MANY = 4096


class Rows:
    """Table ``rows`` of a dataset: shard, number, TEXTS, and ``key``, the same for rows of the same content."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.con = connect()
        self.columns: dict[str, dict[str, str]] = {}
        self.broken: dict[str, str] = {}
        self.con.execute(f"create table rows ({_TABLE})")
        for shard in folder.first:
            called = shard.relative_to(folder.path).as_posix()
            try:
                self._load(shard, called)
            except (StorageError, duckdb.Error, OSError) as error:
                self.broken[called] = str(error).splitlines()[0]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask a question."""
        return self.con.execute(sql).fetchall()

    @property
    def count(self) -> int:
        """Count the rows."""
        return int(self.ask("select count(*) from rows")[0][0])

    def _load(self, shard: Path, called: str) -> None:
        kind = kind_of(shard)
        if kind is None:
            self._load_parquet(shard, called)
            return
        held: list[tuple[Any, ...]] = []
        for number, record in enumerate(read(shard, kind)):
            if not number:
                self.columns[called] = {name: _kind(value) for name, value in record.row.items()}
            held.append(_row(called, number, record.row))
            if len(held) == _MANY:
                self._insert(held)
                held = []
        self._insert(held)

    def _insert(self, held: Sequence[tuple[Any, ...]]) -> None:
        if held:
            insert(self.con, "rows", held)

    def _load_parquet(self, shard: Path, called: str) -> None:
        source = f"read_parquet('{quoted(shard)}', file_row_number = true)"
        told = self.ask(f"describe select * exclude (file_row_number) from {source}")
        kinds = self.columns[called] = {str(name): str(kind) for name, kind, *_ in told}
        listed = [f'"{one}"' if one in kinds else _absent(one, called) for one in TEXTS]
        self.con.execute(
            f"insert into rows select '{called}', file_row_number, {', '.join(listed)}, {_key(kinds)} from {source}"
        )


def _absent(name: str, called: str) -> str:
    return f"'{split_of(called)}'" if name == "split" else "''"


def _key(kinds: Mapping[str, str]) -> str:
    """Give what tells rows apart, in SQL: the SHA-256 of a file's bytes where there is one, else a digest of texts."""
    if "sha256" in kinds:
        return "sha256"
    texts = ", ".join(f"'{one}=' || \"{one}\"" for one in sorted(_contents(kinds)))
    return f"md5(concat_ws(chr(0), {texts}))" if texts else "''"


def _contents(kinds: Mapping[str, str]) -> Iterator[str]:
    return (name for name, kind in kinds.items() if kind == "VARCHAR" and name not in ASIDE)


def _row(called: str, number: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    texts = [str(row.get(name, "")) for name in TEXTS]
    if not row.get("split"):
        texts[TEXTS.index("split")] = split_of(called)
    return called, number, *texts, _key_of(row)


def _key_of(row: Mapping[str, Any]) -> str:
    if row.get("sha256"):
        return str(row["sha256"])
    names = sorted(name for name in row if isinstance(row[name], str) and name not in ASIDE)
    return hashlib.md5("\0".join(f"{n}={row[n]}" for n in names).encode(), usedforsecurity=False).hexdigest()


def _kind(value: Any) -> str:
    return {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}.get(type(value), "OTHER")
