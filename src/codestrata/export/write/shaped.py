"""Shards of rows that are not whole files: what export.shape made, in its order, cut into files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.settle.kept import kept
from codestrata.export.shape.base import Shape
from codestrata.store.columns import Columns, Varlen, concat, take
from codestrata.store.parquet import ParquetFile, write_table

if TYPE_CHECKING:
    from codestrata.engine.base import View


def assemble(view: View, folder: Path, shape: Shape) -> dict[str, tuple[str, str]]:
    """Write every shard as Parquet into ``folder``; gives file name → SHA-256 and an empty key, in order.

    A shard's worth of rows is in memory at once. A dataset without rows has one shard with none.
    """
    made: list[tuple[Path, ParquetFile]] = []
    for shard in _shards(view, shape):
        path = folder / f".{len(made)}"
        made.append((path, write_table(path, shard)))
    if not made:
        path = folder / ".0"
        with ParquetFile(path, [(f.name, f.kind) for f in shape.fields]) as file:
            pass  # no row group
        made.append((path, file))
    named = {}
    for n, (path, written) in enumerate(made):
        name = f"train-{n:05d}-of-{len(made):05d}.parquet"
        path.rename(folder / name)
        named[name] = (written.sha256, "")
    return named


def _shards(view: View, shape: Shape) -> Iterator[Columns]:
    """Give the rows of each shard: as many as the target holds, at least one."""
    target = view.settings.export.write.shard_mb * 1_000_000
    held: list[Columns] = []
    size = 0
    for file, which in kept(view, shape):
        if not len(which):
            continue
        columns = view.tables.read([file], ", ".join(f'"{f.name}"' for f in shape.fields), "order by file_row_number")
        columns = take(columns, which) if len(which) < file.rows else columns
        weights = _weights(columns)
        start = 0
        for row, weight in enumerate(weights.tolist()):
            if size and size + weight > target:
                held.append(_part(columns, start, row))
                yield concat(held)
                held, size, start = [], 0, row
            size += weight
        held.append(_part(columns, start, len(weights)))
    if held:
        yield concat(held)


def _part(columns: Columns, start: int, end: int) -> Columns:
    return take(columns, np.arange(start, end))


def _weights(columns: Columns) -> NDArray[np.int64]:
    """Give the bytes of the strings of each row."""
    return np.asarray(sum(np.diff(c.offsets) for c in columns.values() if isinstance(c, Varlen)), np.int64)
