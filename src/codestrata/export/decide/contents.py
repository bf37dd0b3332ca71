"""Reading the contents that near deduplication has to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.git.objects import Batch, Objects
from codestrata.model.text import to_utf8
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.dedup import Read

Documents = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]

#: Encodings whose bytes are measured as they are; texts in others were measured as UTF-8.
_AS_IT_IS = ("ascii", "utf-8", "utf-8-bom")


class Contents:
    """The contents behind the rows of the table of files, in their repositories' object stores."""

    def __init__(self, files: Columns, chosen: Sequence[Chosen], git_dirs: Mapping[str, str], workspace: Path) -> None:
        self._blobs = varlen(files, "blob")
        self._snapshot = np.asarray(files["snapshot"])
        self._encoding = Coded.of(varlen(files, "encoding"))
        self._folders = [workspace / git_dirs[c.repository_id] for c in chosen]

    def reader(self, rows: NDArray[np.int64]) -> Read:
        """Give the reader of documents, as UTF-8; document d is the content of row ``rows[d]``."""

        def read(documents: NDArray[np.int64]) -> Iterator[Documents]:
            whose = self._snapshot[rows[documents]]
            for snapshot in np.unique(whose).tolist():
                mine = documents[whose == snapshot]
                ids = self._blobs.take(rows[mine])
                for batch in Objects(self._folders[snapshot]).read(ids.matrix(int(ids.offsets[1]))):
                    found = mine[batch.rows]
                    yield found, *self._as_utf8(batch, self._encoding.codes[rows[found]])

        return read

    def _as_utf8(self, batch: Batch, codes: NDArray[np.int32]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Give the texts of a batch as they were measured; ``codes`` are their encodings."""
        names = [self._encoding.words[k] for k in codes.tolist()]
        if set(names) <= set(_AS_IT_IS):
            return batch.arena, batch.offsets
        raw = (batch[j] for j in range(len(batch)))
        texts = Varlen.of((t if n in _AS_IT_IS else to_utf8(t, n) for t, n in zip(raw, names, strict=True)), text=False)
        return texts.data, texts.offsets
