"""Star clustering: a document goes only if a better-ranked one that stays is close enough to it.

Unlike connected components it has no chains: A ~ B and B ~ C removes C for A only where A ~ C holds as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels import lsh


def stars(
    count: int, edges: NDArray[np.int64], groups: NDArray[np.int64] | None = None, fixed: int = 0
) -> NDArray[np.int64]:
    """Give for each of ``count`` documents the edge that removes it, or -1 if it stays.

    edges: (m, 2), each (better, worse) by rank, rank being the document's number. Documents are taken in rank order;
    one goes when any of its better neighbours stays, and the best of those is its survivor. The answer does not
    depend on the order of the edges. Of one group (int64[count], -1 for none) the first that stays removes the others:
    they have ``m`` + its number. No edge and no group removes the ``fixed`` best documents.
    """
    if fixed:
        groups = None if groups is None else np.where(np.arange(count) < fixed, -1, groups)
    order = np.lexsort((edges[:, 0], edges[:, 1]))
    order = order[edges[order, 1] >= fixed]
    found = lsh.stars(count, edges[order, 0], edges[order, 1], groups)
    by_edge, by_group = (found >= 0) & (found < len(order)), found >= len(order)
    found[by_edge] = order[found[by_edge]]
    found[by_group] += len(edges) - len(order)
    return found
