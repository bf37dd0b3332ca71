"""The rows of a dataset as a table that can be asked: one loader for every recipe, format and question.

A column of such a table has two faces: SQL over the columns of a Parquet file, and the same of a record as it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import StorageError
from codestrata.export.reading.records import kind_of, read
from codestrata.store.columns import ArrowTable, column

if TYPE_CHECKING:
    import duckdb

#: The columns of a shard, with what DuckDB calls their types.
Kinds = Mapping[str, str]
#: Columns of other names that say the same: of commits the blob after, of repositories the files, of patterns places.
_ALSO = {"blob": ("new_blob",), "paths": ("files", "places")}
#: Columns that say where a row is from, not what is in it: where versions are compared, and within one dataset.
_PLACE = frozenset({"source", "commit", "split", "stars", "forks"})
ASIDE = frozenset(
    {
        *("source", "repository", "commit", "path", "language", "licence", "licence_class", "split", "blob"),
        *("origin", "licence_source", "licence_method", "encoding", "sha256", "id"),
    }
)
_MANY = 4096


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of rows: text or bigint, by the columns of a shard in SQL, and of one record of it."""

    kind: str
    sql: Callable[[Kinds], str]
    of: Callable[[Mapping[str, Any]], Any]


def _text(name: str) -> Column:
    """Give a column of ours as far as a dataset has it, or another that says the same; else it is empty."""
    names = name, *_ALSO.get(name, ())

    def sql(kinds: Kinds) -> str:
        found = next((one for one in names if kinds.get(one) == "VARCHAR"), "")
        return f'"{found}"' if found else "''"

    return Column("text", sql, lambda row: next((row[one] for one in names if isinstance(row.get(one), str)), ""))


def _texts(kinds: Kinds, aside: frozenset[str]) -> list[str]:
    return sorted(name for name, kind in kinds.items() if kind == "VARCHAR" and name not in aside)


def _sum(kinds: Kinds, aside: frozenset[str]) -> str:
    inside = ", ".join(f"'{one}=' || \"{one}\"" for one in _texts(kinds, aside))
    return f"md5(concat_ws(chr(0), {inside}))" if inside else "md5('')"


def _sum_of(row: Mapping[str, Any], aside: frozenset[str]) -> str:
    texts = (f"{name}={row[name]}" for name in sorted(row) if isinstance(row[name], str) and name not in aside)
    return hashlib.md5("\0".join(texts).encode(), usedforsecurity=False).hexdigest()


def digest_of(row: Mapping[str, Any]) -> str:
    """Name what is in a row, wherever it stands: MD5 over its texts by column, in the order of their names."""
    return _sum_of(row, _PLACE)


def _weight(kinds: Kinds) -> str:
    return " + ".join(f'strlen("{one}")' for one in _texts(kinds, frozenset())) or "0"


def _weight_of(row: Mapping[str, Any]) -> int:
    return sum(len(value.encode()) for value in row.values() if isinstance(value, str))


def _number(name: str) -> Column:
    return Column("bigint", lambda kinds: name if name in kinds else "-1", lambda row: int(row.get(name, -1)))


#: Every column that a table of rows may have, beside ``shard`` and ``number``. digest: of all texts but the place;
#: key: the same for rows of the same content (the SHA-256 of a file's bytes where there is one); size: bytes of the
#: file, else weight; weight: bytes of all texts; text_bytes: of column text. lines and tokens: -1 if unknown.
COLUMNS: Mapping[str, Column] = {
    **{
        name: _text(name)
        for name in (
            *("source", "repository", "origin", "commit", "path", "blob", "language", "licence", "licence_class"),
            *("split", "old_path", "old_blob", "paths", "licence_source"),
        )
    },
    "digest": Column("text", lambda kinds: _sum(kinds, _PLACE), digest_of),
    "key": Column(
        "text",
        lambda kinds: "sha256" if "sha256" in kinds else _sum(kinds, ASIDE),
        lambda row: str(row.get("sha256") or _sum_of(row, ASIDE)),
    ),
    "size": Column(
        "bigint",
        lambda kinds: "size" if "size" in kinds else _weight(kinds),
        lambda row: int(row["size"]) if "size" in row else _weight_of(row),
    ),
    "weight": Column("bigint", _weight, _weight_of),
    "text_bytes": Column(
        "bigint",
        lambda kinds: "strlen(text)" if kinds.get("text") == "VARCHAR" else "0",
        lambda row: len(str(row.get("text", "")).encode()),
    ),
    "lines": _number("lines"),
    "tokens": _number("tokens"),
}
#: What most questions are about.
USUAL = tuple(name for name in COLUMNS if name not in {"key", "weight", "text_bytes", "lines"})


def create(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str] = USUAL) -> None:
    """Make an empty table: shard, number (from 0), and some of COLUMNS."""
    told = ", ".join(f'"{name}" {COLUMNS[name].kind}' for name in columns)
    con.execute(f"create table {table} (shard text, number bigint, {told})")


def load(con: duckdb.DuckDBPyConnection, table: str, shard: Path, called: str, columns: Sequence[str] = USUAL) -> Kinds:
    """Add the rows of one shard to a table that :func:`create` made; gives what the shard's columns are.

    ``called`` is the shard's path in the dataset. No text is held. Raises StorageError where it cannot be read.
    """
    kind = kind_of(shard)
    if kind is None:
        return _load_parquet(con, table, shard, called, columns)
    held: list[tuple[Any, ...]] = []
    kinds: Kinds = {}
    for number, record in enumerate(read(shard, kind)):
        kinds = kinds or {name: _kind(value) for name, value in record.row.items()}
        row = record.row if record.row.get("split") else {**record.row, "split": split_of(called)}
        held.append((called, number, *(COLUMNS[name].of(row) for name in columns)))
        if len(held) == _MANY:
            insert(con, table, held)
            held = []
    insert(con, table, held)
    return kinds


def _kind(value: Any) -> str:
    return {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}.get(type(value), "OTHER")


def _load_parquet(
    con: duckdb.DuckDBPyConnection, table: str, shard: Path, called: str, columns: Sequence[str]
) -> Kinds:
    import duckdb

    source = f"read_parquet('{quoted(shard)}', file_row_number = true)"
    try:
        told = con.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
        kinds = {str(name): str(kind) for name, kind, *_ in told}
        con.execute(f"insert into {table} select {', '.join(_selected(kinds, called, columns))} from {source}")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise StorageError(f"cannot be read: {said}", where=str(shard), hint="build the dataset again") from error
    return kinds


def _selected(kinds: Kinds, called: str, columns: Sequence[str]) -> Iterator[str]:
    yield f"'{called.replace(chr(39), chr(39) * 2)}'"
    yield "file_row_number"
    for name in columns:
        absent = name == "split" and kinds.get("split") != "VARCHAR"
        yield f"'{split_of(called)}'" if absent else COLUMNS[name].sql(kinds)


def insert(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows of texts and whole numbers to a table, all at once: statement by statement a row takes milliseconds."""
    if not rows:
        return
    listed = enumerate(zip(*rows, strict=True))
    held = {f"c{k}": column(cells, "text" if isinstance(cells[0], str) else "int64") for k, cells in listed}
    con.register("held_", ArrowTable(held))
    con.execute(f"insert into {name} select * from held_")
    con.unregister("held_")


def split_of(shard: str) -> str:
    """Give the split that a shard's name says."""
    return shard.rpartition("/")[2].partition("-")[0]


def quoted(path: Path) -> str:
    """Give a path as SQL has texts."""
    return str(path).replace("'", "''")
