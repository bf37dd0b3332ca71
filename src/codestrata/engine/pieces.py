"""Work over blobs: which the repositories of a run name, and cutting it into pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import View


def named(view: View) -> str:
    """Give, as SQL, the blobs that snapshots name: table names, and ``place``, the snapshot's index; "" for none.

    A size of -1: that repository lists the blob and cannot give it, and is not asked for it.
    """
    parts = []
    for index, snapshot in enumerate(view.snapshots()):
        files = view.files("names", subject=snapshot.repository_id)
        parts += [f"select {index} as place, * from {view.tables.scan(files)} where size >= 0"] if files else []
    return " union all ".join(parts)


def cut(sizes: NDArray[np.int64], most_bytes: int, most_rows: int) -> Iterator[tuple[int, int]]:
    """Give the begin and end of pieces of at most so many bytes, but one row at least, and so many rows.

    sizes: int64[n] bytes of each row, 0 for what is not read.
    """
    ends, start, count = np.cumsum(sizes), 0, len(sizes)
    while start < count:
        base = ends[start - 1] if start else 0
        end = int(np.searchsorted(ends, base + most_bytes, side="right"))
        end = min(max(end, start + 1), start + most_rows, count)
        yield start, end
        start = end
