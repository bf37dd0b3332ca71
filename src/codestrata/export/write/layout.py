"""Where one shard, or piece of it, ends and the next begins: content-defined, so a change moves only what is around it.

Rows are taken in dataset order. A shard may end once it holds half of its target; it ends at the first row whose blob
id says so (one in ``CUT_ROWS``), and at the latest at twice the target. The idea is that of content-defined chunking
(Muthitacharoen, Chen, Mazières: A Low-bandwidth Network File System, SOSP 2001), over rows instead of bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: One row in so many is a place where a shard may end; about 1 MB apart at the 8 KB of an ordinary source file.
CUT_ROWS = 128


def boundaries(sizes: NDArray[np.int64], blobs: NDArray[np.uint8], target: int) -> list[tuple[int, int]]:
    """Cut rows into shards: half-open row ranges that cover everything in order.

    sizes: text bytes of each row; blobs: (n, 20 or 32) object ids; target: bytes per shard.
    """
    count = len(sizes)
    if count == 0:
        return []
    ends = np.concatenate([[0], np.cumsum(sizes)])
    cuts = np.flatnonzero(blobs[:, -1].astype(np.int64) % CUT_ROWS == 0) + 1
    shards, start = [], 0
    while start < count:
        end = _end(ends, cuts, start, target)
        shards.append((start, end))
        start = end
    return shards


def _end(ends: NDArray[np.int64], cuts: NDArray[np.int64], start: int, target: int) -> int:
    low = int(np.searchsorted(ends, ends[start] + target // 2, side="left"))
    high = int(np.searchsorted(ends, ends[start] + 2 * target, side="right")) - 1
    count = len(ends) - 1
    if low > count:
        return count
    k = int(np.searchsorted(cuts, max(low, start + 1), side="left"))
    best = int(cuts[k]) if k < len(cuts) else count
    return max(min(best, high, count), start + 1)


def pieces(sizes: NDArray[np.int64], blobs: NDArray[np.uint8], shard: int, piece: int) -> list[list[tuple[int, int]]]:
    """Cut rows into shards, and each shard into pieces; as in :func:`boundaries`, with a target for each."""
    out = []
    for start, end in boundaries(sizes, blobs, shard):
        inner = boundaries(sizes[start:end], blobs[start:end], piece)
        out.append([(start + low, start + high) for low, high in inner])
    return out
