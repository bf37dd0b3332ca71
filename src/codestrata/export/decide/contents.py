"""Reading the contents that near deduplication has to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.git.objects import Objects
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.dedup import Read


def reader(files: Columns, chosen: Sequence[Chosen], git_dirs: Mapping[str, str], workspace: Path) -> ReaderOf:
    """Give a maker of readers: documents, by the rows that stand for them, from their repositories' object stores."""
    blobs, snapshot = varlen(files, "blob"), np.asarray(files["snapshot"])
    folders = [workspace / git_dirs[c.repository_id] for c in chosen]
    return ReaderOf(blobs, snapshot, folders)


class ReaderOf:
    """Makes a :data:`Read` for documents that stand for these rows of the table of files."""

    def __init__(self, blobs: Varlen, snapshot: NDArray[np.int32], folders: Sequence[Path]) -> None:
        self._blobs = blobs
        self._snapshot = snapshot
        self._folders = folders

    def __call__(self, rows: NDArray[np.int64]) -> Read:
        """Give the reader of documents; document d is the content of row ``rows[d]``."""

        def read(
            documents: NDArray[np.int64],
        ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]]:
            whose = self._snapshot[rows[documents]]
            for snapshot in np.unique(whose).tolist():
                mine = documents[whose == snapshot]
                ids = self._blobs.take(rows[mine])
                for batch in Objects(self._folders[snapshot]).read(ids.matrix(int(ids.offsets[1]))):
                    yield mine[batch.rows], batch.arena, batch.offsets

        return read
