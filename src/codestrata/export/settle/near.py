"""Near twins among rows of a shape: signatures of one column's texts, verified by their exact Jaccard.

A table file is read at a time: once to sign its texts, and once more for those that have to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.dedup import Clusters, Room, Verifier, array, cluster
from codestrata.kernels.measure import measure
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile, Tables

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """One column of some table files; ``ends``: how many rows there are up to the end of each file."""

    tables: Tables
    files: Sequence[TableFile]
    column: str
    ends: Ints
    lock: Lock

    @classmethod
    def of(cls, tables: Tables, files: Sequence[TableFile], column: str) -> Texts:
        """Count the rows of the files."""
        counts = [len(tables.read([file], "file_row_number")["file_row_number"]) for file in files]
        return cls(tables, files, column, np.cumsum(counts), Lock())

    def read(self, rows: Ints) -> Iterator[tuple[Ints, Varlen]]:
        """Give the texts of rows, numbered over all files: places in ``rows``, texts; a file at a time."""
        which = np.searchsorted(self.ends, rows, side="right")
        for number in np.unique(which).tolist():
            mine = np.flatnonzero(which == number)
            with self.lock:  # one connection, any number of threads
                said = self.tables.read([self.files[number]], f'"{self.column}" as said', "order by file_row_number")
            first = self.ends[number - 1] if number else 0
            yield mine, varlen(said, "said").take(rows[mine] - first)


def near(texts: Texts, rows: Ints, told: Columns, settings: Mapping[str, Any], room: Room) -> Clusters:
    """Cluster rows, best first. told: column ``language`` of all rows; settings: threshold, min_words, languages."""
    if not len(rows):
        return Clusters.none(0)
    signatures = array(room.folder, "signatures", (len(rows), 128), np.uint16)
    shingles = np.zeros(len(rows), np.int32)
    wanted = np.ones(len(rows), np.bool_)
    if settings["languages"]:
        wanted = Coded.of(varlen(told, "language")).among(settings["languages"])[rows]
    for at, said in texts.read(rows):
        found = measure(said.data, said.offsets, np.zeros(len(at), np.uint8))
        fit = (found["words"] >= settings["min_words"]) & wanted[at]
        signatures[at[fit]], shingles[at] = found.signature[fit], found["shingles"]

    def read(documents: Ints) -> Iterator[tuple[Ints, NDArray[np.uint8], Ints]]:
        for at, said in texts.read(rows[documents]):
            yield documents[at], said.data, said.offsets

    with Verifier(read, room.folder, room.threads) as verifier:
        return cluster(signatures, shingles, settings["threshold"], verifier.jaccard, room)
