"""Finding rows in a shard of any format, by number or by the file they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from codestrata.errors import InvalidInput, StorageError
from codestrata.export.decide.columns import varlen
from codestrata.export.reading.records import kind_of, read
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a shard: its number from 0; its text, and SHA-256 of the exact bytes, "" where rows are not files."""

    number: int
    text: bytes
    sha256: str


def source_at(tables: Tables, file: Path, number: int) -> str | None:
    """Give where a row is from, as in column ``source``; None where there is no such row.

    Raises InvalidInput for a file whose rows are no dataset's, StorageError for one that cannot be read.
    """
    kind = kind_of(file)
    if kind:
        row = next((record.row for record in islice(read(file, kind), number, number + 1)), None)
        if row is not None and "source" not in row:
            raise _no_shard(file)
        return None if row is None else str(row["source"])
    try:
        found = tables.query(f"select source from {_scan(file)} limit 1 offset {number}")
    except duckdb.BinderException as error:
        raise _no_shard(file) from error
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise StorageError(f"cannot be read: {said}", where=str(file), hint="build the dataset again") from error
    return varlen(found, "source").strings()[0] if found and len(found["source"]) else None


def _no_shard(file: Path) -> InvalidInput:
    return InvalidInput("has no rows of a dataset", where=str(file), hint="shards lie in data/, jsonl/, …")


def rows_of(tables: Tables, file: Path, key: Mapping[str, str]) -> list[Row]:
    """List the rows whose columns have these values; whether a text can be compared depends on the recipe."""
    kind = kind_of(file)
    if kind:
        records = ((n, record.row) for n, record in enumerate(read(file, kind)))
        mine = [(n, row) for n, row in records if all(row.get(name) == value for name, value in key.items())]
        return [Row(n, row.get("text", "").encode(), row.get("sha256", "")) for n, row in mine]
    columns = varlen(tables.query(f"select column_name from (describe from {_scan(file)})"), "column_name").strings()
    named = "text, sha256" if {"text", "sha256"} <= set(columns) else "'' as text, '' as sha256"
    same = " and ".join(f'"{name}" = k_{name}' for name in key)
    asked: Columns = {f"k_{name}": Varlen.of([value]) for name, value in key.items()}
    found = tables.query(
        f"select file_row_number::bigint as n, {named} from {_scan(file)}, key_ where {same} order by n", key_=asked
    )
    columns_ = np.asarray(found["n"]).tolist(), varlen(found, "text"), varlen(found, "sha256").strings()
    return [Row(*row) for row in zip(*columns_, strict=True)]


def _scan(file: Path) -> str:
    quoted = str(file).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true)"
