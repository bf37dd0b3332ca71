"""Finding rows in a shard of any format, by number or by the file they are of."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.store.tables import Tables

#: Bytes of a line or an object that DuckDB is to read at most.
_LONGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a shard: its number from 0; its text, and SHA-256 of the exact bytes, "" where rows are not files."""

    number: int
    text: bytes
    sha256: str


def source_at(tables: Tables, file: Path, number: int) -> str | None:
    """Give where a row is from, as in column ``source``; None where there is no such row."""
    if file.suffix == ".tar":
        return next((row["source"] for n, row in enumerate(_samples(file)) if n == number), None)
    found = tables.query(f"select source from {_reader(file)} limit 1 offset {number}")
    return varlen(found, "source").strings()[0] if found and len(found["source"]) else None


def rows_of(tables: Tables, file: Path, key: Mapping[str, str]) -> list[Row]:
    """List the rows whose columns have these values; whether a text can be compared depends on the recipe."""
    if file.suffix == ".tar":
        samples = enumerate(_samples(file))
        mine = [(n, row) for n, row in samples if all(row.get(name) == value for name, value in key.items())]
        return [Row(n, row.get("text", "").encode(), row.get("sha256", "")) for n, row in mine]
    columns = varlen(tables.query(f"select column_name from (describe from {_reader(file)})"), "column_name").strings()
    whole = {"text", "sha256"} <= set(columns)
    named = "text, sha256" if whole else "'' as text, '' as sha256"
    same = " and ".join(f'"{name}" = k_{name}' for name in key)
    asked: Columns = {f"k_{name}": Varlen.of([value]) for name, value in key.items()}
    found = tables.query(
        f"with numbered as (select *, row_number() over () - 1 as n from {_reader(file)})"
        f" select n::bigint as n, {named} from numbered, key_ where {same} order by n",
        key_=asked,
    )
    if not found:
        return []
    digests = varlen(found, "sha256").strings()
    return [
        Row(n, text, sha256)
        for n, text, sha256 in zip(np.asarray(found["n"]).tolist(), varlen(found, "text"), digests, strict=True)
    ]


def _reader(file: Path) -> str:
    quoted = str(file).replace("'", "''")
    if file.suffix == ".parquet":
        return f"read_parquet('{quoted}')"
    if file.suffix == ".csv":
        return f"read_csv('{quoted}', header = true, all_varchar = true, max_line_size = {_LONGEST})"
    return f"read_json('{quoted}', maximum_object_size = {_LONGEST})"


def _samples(file: Path) -> Iterator[dict[str, Any]]:
    """Give the samples of a tar file, in order."""
    text = ""
    with tarfile.open(file) as archive:
        for member in archive:
            handle = archive.extractfile(member)
            body = handle.read().decode() if handle else ""
            if member.name.endswith(".txt"):
                text = body
            else:
                yield {"text": text, **json.loads(body)} if text else json.loads(body)
                text = ""
