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

if TYPE_CHECKING:
    import duckdb

#: Columns of ours that a table of rows has, as far as the dataset does.
TEXTS = ("source", "repository", "origin", "commit", "path", "blob", "language", "licence", "licence_class", "split")
#: A table of rows, as SQL makes it. size in bytes (of the file, else of all texts of the row); tokens: -1 if unknown.
ROWS = (
    f"shard text, number bigint, {', '.join(f'{chr(34)}{name}{chr(34)} text' for name in TEXTS)},"
    " licence_source text, digest text, size bigint, tokens bigint"
)
_MANY = 4096


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

    @cached_property
    def shards(self) -> list[Path]:
        """List all shards, of every format, in the order of their names."""
        listed = (self.path / one["path"] for one in self.said["files"] if one["path"].startswith("data/"))
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


def load(con: duckdb.DuckDBPyConnection, name: str, shard: Path, called: str) -> None:
    """Add the rows of one shard to a table. Raises StorageError where the shard cannot be read."""
    kind = kind_of(shard)
    if kind is None:
        _load_parquet(con, name, shard, called)
        return
    held: list[tuple[Any, ...]] = []
    marks = ", ".join("?" * (len(TEXTS) + 6))
    for number, record in enumerate(read(shard, kind)):
        held.append(_told(called, number, record.row))
        if len(held) == _MANY:
            con.executemany(f"insert into {name} values ({marks})", held)
            held = []
    if held:
        con.executemany(f"insert into {name} values ({marks})", held)


def _told(called: str, number: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    texts = [str(row.get(name, "")) for name in TEXTS]
    if not row.get("split"):
        texts[-1] = split_of(called)
    weight = sum(len(value.encode()) for value in row.values() if isinstance(value, str))
    size = int(row["size"]) if "size" in row else weight
    tokens = int(row.get("tokens", -1))
    return called, number, *texts, str(row.get("licence_source", "")), digest_of(row), size, tokens


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
        yield f'"{one}"' if one in kinds else f"'{split_of(called)}'" if one == "split" else "''"
    yield '"licence_source"' if "licence_source" in kinds else "''"
    inside = ", ".join(f"'{one}=' || \"{one}\"" for one in texts if one not in _ASIDE)
    yield f"md5(concat_ws(chr(0), {inside}))"
    yield "size" if "size" in kinds else " + ".join(f'strlen("{one}")' for one in texts)
    yield "tokens" if "tokens" in kinds else "-1"


def quoted(path: Path) -> str:
    """Give a path as SQL has texts."""
    return str(path).replace("'", "''")
