"""Exact Jaccard of pairs of documents, from their bytes.

Every document is read once, in the order the object store likes; its shingle set goes to a file on disk. The pairs are
then compared through a mapping of that file, part by part, so memory does not grow with the documents.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.shingles import jaccard, shingles

#: Reads documents: int64[k] numbers → batches of (numbers, arena, offsets); what cannot be read does not come.
Read = Callable[[NDArray[np.int64]], Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]]]

#: Stands for how shingles are made; raise it when kernels.shingles changes what it gives.
VERSION = "5-word/1"
#: Shingle hashes compared before the pages are handed back, about 128 MB.
_AT_ONCE = 1 << 24


def exact_jaccard(pairs: NDArray[np.int64], read: Read, scratch: Path) -> NDArray[np.float64]:
    """Give the Jaccard of the 5-word shingle sets of pairs of documents: (m, 2) numbers → float64[m], -1 if unread."""
    scores = np.full(len(pairs), -1.0)
    if not len(pairs):
        return scores
    path = scratch / "shingles"
    try:
        place, offsets = _spill(np.unique(pairs), read, path)
        known = (place[pairs] >= 0).all(axis=1)
        scores[known] = _compare(place[pairs[known]], offsets, path)
    finally:
        path.unlink(missing_ok=True)
    return scores


def _spill(wanted: NDArray[np.int64], read: Read, path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write shingle sets end to end; gives each document's place in the file (-1: unread) and where places start."""
    place = np.full(int(wanted[-1]) + 1, -1, np.int64)
    sizes: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    written = 0
    with path.open("wb") as file:
        for documents, arena, offsets in read(wanted):
            starts, hashes = shingles(arena, offsets)
            hashes.tofile(file)
            place[documents] = written + np.arange(len(documents))
            sizes.append(np.diff(starts))
            written += len(documents)
    return place, np.cumsum(np.concatenate(sizes))


def _compare(pairs: NDArray[np.int64], offsets: NDArray[np.int64], path: Path) -> NDArray[np.float64]:
    """Compare places of the file, near ones together; both sides of every pair lie in it."""
    scores = np.zeros(len(pairs))
    if not len(pairs) or not offsets[-1]:
        return scores
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    ends = np.cumsum(np.diff(offsets)[pairs[order]].sum(axis=1))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
        hashes = np.frombuffer(mapping, np.uint64)
        low = 0
        while low < len(order):
            done = ends[low - 1] if low else 0
            high = max(low + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
            scores[order[low:high]] = jaccard(pairs[order[low:high]], offsets, hashes)
            mapping.madvise(mmap.MADV_DONTNEED)
            low = high
        del hashes
    return scores
