"""Shards without some of their rows: those that stay keep the bytes they stood in, where a format has such."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codestrata.export.reading.records import kind_of, packed, read, unpacked
from codestrata.export.reading.rows import quoted
from codestrata.settings.write import WriteSettings
from codestrata.store.columns import rows, take
from codestrata.store.parquet import write_table

if TYPE_CHECKING:
    from codestrata.store.tables import Tables


def without(tables: Tables, source: Path, target: Path, gone: AbstractSet[int], settings: WriteSettings) -> None:
    """Write a shard less the rows of some numbers; a shard's worth of rows is in memory. Raises StorageError."""
    kind = kind_of(source)
    if kind is None:
        columns = tables.query(f"select * from read_parquet('{quoted(source)}')")
        stays = np.setdiff1d(np.arange(rows(columns)), np.array(sorted(gone), np.int64))
        write_table(target, take(columns, stays))
        return
    stay = [record.raw for number, record in enumerate(read(source, kind)) if number not in gone]
    target.write_bytes(packed(target, kind.join(unpacked(source), stay), settings))
