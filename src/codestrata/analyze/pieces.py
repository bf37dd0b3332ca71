"""Cutting work over blobs into pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


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
