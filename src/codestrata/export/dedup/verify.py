"""Exact Jaccard of pairs of documents, from their bytes.

Every document is read once, in the order the object store likes; its shingle set goes to a file on disk. The pairs are
then compared through a mapping of that file, part by part, so memory does not grow with the documents.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.shingles import jaccard, shingles

#: Reads documents: int64[k] numbers → batches of (numbers, arena, offsets); what cannot be read does not come.
Read = Callable[[NDArray[np.int64]], Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]]]

#: Stands for how shingles are made; raise it when kernels.shingles changes what it gives.
VERSION = "5-word/1"
#: Shingle hashes compared before the pages are handed back, about 128 MB.
_AT_ONCE = 1 << 24
#: A thread is worth starting for so many documents.
_SHARE = 256


class Verifier:
    """Compares documents; what has been read stays on disk until it is closed.

    read: the reader of documents; scratch: a folder; threads: how many may read and hash at once.
    """

    def __init__(self, read: Read, scratch: Path, threads: int = 1) -> None:
        self._read = read
        self._path = scratch / "shingles"
        self._threads = threads
        self._file: BinaryIO = self._path.open("w+b")
        self._lock = Lock()
        self._place = np.zeros(0, np.int64)  # by document: 0 not asked for yet, -1 cannot be read, else place + 1
        self._sizes: list[NDArray[np.int64]] = []
        self._count = 0

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def jaccard(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the Jaccard of the 5-word shingle sets of pairs of documents: (m, 2) → float64[m], -1 if unread."""
        wanted = np.unique(pairs)
        self._spill(wanted)
        placed = self._place[pairs].reshape(-1, 2) - 1
        scores = np.full(len(pairs), -1.0)
        known = (placed >= 0).all(axis=1)
        scores[known] = self._compare(placed[known])
        return scores

    def _spill(self, wanted: NDArray[np.int64]) -> None:
        """Write the shingle sets of documents that have none yet; one that cannot be read has the place -1."""
        if len(wanted) and wanted[-1] >= len(self._place):
            more = np.zeros(2 * int(wanted[-1]) + 1, np.int64)
            more[: len(self._place)] = self._place
            self._place = more
        wanted = wanted[self._place[wanted] == 0]
        self._place[wanted] = -1
        self._side_by_side(self._read_share, wanted)

    def _side_by_side(self, work: Callable[[NDArray[np.int64]], None], items: NDArray[np.int64]) -> None:
        """Do work on items in as many threads as there may be; kernels and files let go of Python's lock."""
        shares = np.array_split(items, max(1, min(self._threads, len(items) // _SHARE)))
        if len(shares) == 1:
            work(items)
            return
        with ThreadPoolExecutor(len(shares)) as pool:
            list(pool.map(work, shares))

    def _read_share(self, wanted: NDArray[np.int64]) -> None:
        for documents, arena, offsets in self._read(wanted):
            starts, hashes = shingles(arena, offsets)
            with self._lock:
                self._file.write(hashes.data)
                self._place[documents] = self._count + 1 + np.arange(len(documents))
                self._count += len(documents)
                self._sizes.append(np.diff(starts))

    def _compare(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Compare places of the file, near ones together; both sides of every pair lie in it."""
        self._sizes = [np.concatenate([np.zeros(0, np.int64), *self._sizes])]
        offsets = np.concatenate([[0], np.cumsum(self._sizes[0])])
        if not len(pairs) or not offsets[-1]:
            return np.zeros(len(pairs))
        self._file.flush()
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
            sets = _Sets(mapping, offsets, pairs, np.zeros(len(pairs)))
            self._side_by_side(sets.compare, order)
            return sets.close()


class _Sets:
    """Shingle sets in a mapped file, and the pairs of them that are compared; ``scores`` fills up."""

    def __init__(
        self, mapping: mmap.mmap, offsets: NDArray[np.int64], pairs: NDArray[np.int64], scores: NDArray[np.float64]
    ) -> None:
        self._mapping = mapping
        self._hashes = np.frombuffer(mapping, np.uint64)
        self._offsets = offsets
        self._pairs = pairs
        self._scores = scores

    def compare(self, share: NDArray[np.int64]) -> None:
        """Compare some pairs, given by number, part by part."""
        ends, low = np.cumsum(np.diff(self._offsets)[self._pairs[share]].sum(axis=1)), 0
        while low < len(share):
            done = ends[low - 1] if low else 0
            high = max(low + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
            some = share[low:high]
            self._scores[some] = jaccard(self._pairs[some], self._offsets, self._hashes)
            self._mapping.madvise(mmap.MADV_DONTNEED)
            low = high

    def close(self) -> NDArray[np.float64]:
        """Let go of the mapping; gives the scores."""
        del self._hashes
        return self._scores
