"""Star clustering: a document goes only if a better-ranked one that stays is close enough to it.

Unlike connected components it has no chains: A ~ B and B ~ C removes C for A only where A ~ C holds as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stars(count: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for each of ``count`` documents the edge that removes it, or -1 if it stays.

    edges: (m, 2), each (better, worse) by rank, rank being the document's number. Documents are taken in rank order;
    one goes when any of its better neighbours stays, and the best of those is its survivor. The answer does not
    depend on the order of the edges.
    """
    removed_by = [-1] * count
    order = np.lexsort((edges[:, 0], edges[:, 1]))
    better, worse = edges[order, 0].tolist(), edges[order, 1].tolist()
    for edge, a, b in zip(order.tolist(), better, worse, strict=True):
        if removed_by[b] < 0 and removed_by[a] < 0:
            removed_by[b] = edge
    return np.array(removed_by, np.int64)
