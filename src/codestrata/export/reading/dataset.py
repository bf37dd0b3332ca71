"""A dataset in a folder: its manifest, its shards, and its rows as one table that can be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StorageError
from codestrata.export.reading.records import KINDS, kind_of, read
from codestrata.export.write import manifest
from codestrata.model.tokens import WORDS
from codestrata.store.columns import ArrowTable, column

if TYPE_CHECKING:
    import duckdb

#: Columns of ours that a table of rows has, as far as the dataset does.
TEXTS = (
    *("source", "repository", "origin", "commit", "path", "blob", "language", "licence", "licence_class", "split"),
    *("old_path", "old_blob", "paths", "licence_source"),
)
#: Columns of other names that say the same: of commits the blob after, of repositories the files, of patterns places.
_ALSO = {"blob": ("new_blob",), "paths": ("files", "places")}
#: A table of rows, as SQL makes it. size in bytes (of the file, else of all texts of the row); tokens: -1 if unknown.
ROWS = (
    f"shard text, number bigint, {', '.join(f'{chr(34)}{name}{chr(34)} text' for name in TEXTS)},"
    " digest text, size bigint, tokens bigint"
)
_MANY = 4096
#: Folders that shards lie in: the main format's, and those of further formats.
_FOLDERS = frozenset({"data", "parquet", "jsonl", "jsonl.zst", "json", "csv", "webdataset"})


@dataclass(frozen=True)
class Folder:
    """A dataset's folder and its manifest. ``said`` is the manifest."""

    path: Path
    said: Mapping[str, Any]

    @classmethod
    def at(cls, path: Path) -> Folder:
        """Open a dataset. Raises InvalidInput where there is none."""
        try:
            return cls(path, manifest.read(path))
        except (OSError, ValueError) as error:
            hint = "name the folder that a dataset was built in"
            raise InvalidInput("there is no dataset here", where=str(path), hint=hint) from error

    @property
    def recipe(self) -> str:
        """Give what a row is."""
        return str(self.said["inputs"]["settings"].get("recipe", "pretrain"))

    @property
    def tokens_by(self) -> str:
        """Say what made its rows' figures: ESTIMATE, a tokenizer, WORDS from an older version; "" for none."""
        told = self.said["figures"].get("tokens", {})
        if self.recipe == "pretrain" and "rows" not in told:
            return WORDS
        return str(told.get("by", ""))

    @cached_property
    def shards(self) -> list[Path]:
        """List all shards, of every format, in the order of their names."""
        inside = (one["path"] for one in self.said["files"] if one["path"].partition("/")[0] in _FOLDERS)
        listed = (self.path / one for one in inside)
        return sorted(one for one in listed if one.suffix == ".parquet" or kind_of(one))

    @property
    def first(self) -> list[Path]:
        """List the shards of one format: all rows once, from what is fastest to read."""
        for ending in (".parquet", *KINDS):
            if found := [one for one in self.shards if one.name.endswith(ending)]:
                return found
        return []

    def load(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make a table of all rows, in the order of shards: the columns of ROWS; no text is held."""
        con.execute(f"create table {name} ({ROWS})")
        for shard in self.first:
            load(con, name, shard, shard.relative_to(self.path).as_posix())


def row_at(shard: Path, number: int) -> dict[str, Any]:
    """Give a row of a shard by its number, from 0. Raises InvalidInput where there is none."""
    kind = kind_of(shard)
    found: dict[str, Any] | None = None
    if kind is not None:
        found = next((dict(one.row) for n, one in enumerate(read(shard, kind)) if n == number), None)
    else:
        from codestrata.store.tables import connect

        asked = connect().execute(f"select * from read_parquet('{quoted(shard)}') limit 1 offset {number}")
        names, listed = [one[0] for one in asked.description or ()], asked.fetchall()
        found = dict(zip(names, listed[0], strict=True)) if listed else None
    if found is None:
        raise InvalidInput(f"there is no row {number}", where=str(shard))
    return found


def load(con: duckdb.DuckDBPyConnection, name: str, shard: Path, called: str) -> None:
    """Add the rows of one shard to a table. Raises StorageError where the shard cannot be read."""
    kind = kind_of(shard)
    if kind is None:
        _load_parquet(con, name, shard, called)
        return
    held: list[tuple[Any, ...]] = []
    for number, record in enumerate(read(shard, kind)):
        held.append(_told(called, number, record.row))
        if len(held) == _MANY:
            insert(con, name, held)
            held = []
    insert(con, name, held)


def insert(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows of texts and whole numbers to a table, all at once: statement by statement a row takes milliseconds."""
    if not rows:
        return
    listed = enumerate(zip(*rows, strict=True))
    held = {f"c{k}": column(cells, "text" if isinstance(cells[0], str) else "int64") for k, cells in listed}
    con.register("held_", ArrowTable(held))
    con.execute(f"insert into {name} select * from held_")
    con.unregister("held_")


def _told(called: str, number: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    said = {"split": split_of(called), **row}
    texts = [next((said[one] for one in _called(name) if isinstance(said.get(one), str)), "") for name in TEXTS]
    weight = sum(len(value.encode()) for value in row.values() if isinstance(value, str))
    size = int(row["size"]) if "size" in row else weight
    tokens = int(row.get("tokens", -1))
    return called, number, *texts, digest_of(row), size, tokens


def _called(name: str) -> tuple[str, ...]:
    return name, *_ALSO.get(name, ())


#: Columns that say where a row is from, not what is in it.
_ASIDE = frozenset({"source", "commit", "split", "stars", "forks"})


def digest_of(row: Mapping[str, Any]) -> str:
    """Name what is in a row, wherever it stands: MD5 over its texts by column, in the order of their names.

    As :func:`_selected` works it out in SQL.
    """
    texts = (f"{name}={row[name]}" for name in sorted(row) if isinstance(row[name], str) and name not in _ASIDE)
    return hashlib.md5("\0".join(texts).encode(), usedforsecurity=False).hexdigest()


def split_of(shard: str) -> str:
    """Give the split that a shard's name says."""
    return shard.rpartition("/")[2].partition("-")[0]


def _load_parquet(con: duckdb.DuckDBPyConnection, name: str, shard: Path, called: str) -> None:
    import duckdb

    source = f"read_parquet('{quoted(shard)}', file_row_number = true)"
    try:
        columns = con.execute(f"describe select * from {source}").fetchall()
        con.execute(f"insert into {name} select {', '.join(_selected(columns, called))} from {source}")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise StorageError(f"cannot be read: {said}", where=str(shard), hint="build the dataset again") from error


def _selected(columns: Sequence[tuple[Any, ...]], called: str) -> Iterator[str]:
    kinds = {str(name): str(kind) for name, kind, *_ in columns}
    texts = sorted(one for one, kind in kinds.items() if kind == "VARCHAR")
    yield f"'{called}'"
    yield "file_row_number"
    for one in TEXTS:
        found = next((name for name in _called(one) if kinds.get(name) == "VARCHAR"), "")
        yield f'"{found}"' if found else f"'{split_of(called)}'" if one == "split" else "''"
    inside = ", ".join(f"'{one}=' || \"{one}\"" for one in texts if one not in _ASIDE)
    yield f"md5(concat_ws(chr(0), {inside}))"
    yield "size" if "size" in kinds else " + ".join(f'strlen("{one}")' for one in texts)
    yield "tokens" if "tokens" in kinds else "-1"


def quoted(path: Path) -> str:
    """Give a path as SQL has texts."""
    return str(path).replace("'", "''")
