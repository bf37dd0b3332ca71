"""A dataset in a folder: its manifest, its shards, and its rows as one table that can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.reading.records import KINDS, kind_of, read
from codestrata.export.reading.rows import USUAL, create, load, quoted
from codestrata.export.write import manifest
from codestrata.model.tokens import WORDS

if TYPE_CHECKING:
    import duckdb

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
            why = f": {error}" if isinstance(error, ValueError) else ""
            hint = "build it again" if why else "name the folder that a dataset was built in"
            raise InvalidInput(f"there is no dataset here{why}", where=str(path), hint=hint) from error

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

    def load(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str] = USUAL) -> None:
        """Make a table of all rows, in the order of shards, with some of COLUMNS; no text is held."""
        create(con, name, columns)
        for shard in self.first:
            load(con, name, shard, self.called(shard), columns)

    def called(self, shard: Path) -> str:
        """Give what the manifest calls a shard."""
        return shard.relative_to(self.path).as_posix()


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
