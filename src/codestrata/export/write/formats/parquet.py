"""Parquet, of rows that come some at a time: each lot is a row group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from codestrata.store.columns import Columns, rows
from codestrata.store.parquet import ParquetFile, encode, part
from codestrata.store.schema import Field


class Parquet:
    """A Parquet file."""

    def __init__(self, path: Path, fields: Sequence[Field], level: int) -> None:  # noqa: ARG002 -- chunks have their own
        self._file = ParquetFile(path, [(f.name, f.kind) for f in fields])

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._file.__exit__(OSError)

    def write(self, columns: Columns) -> None:
        """Add a row group."""
        count = rows(columns)
        self._file.add([encode(part(columns[name], 0, count)) for name, _ in self._file.columns])

    def close(self) -> str:
        """Write the footer."""
        self._file.close()
        return self._file.sha256
