"""Sets of shingles, and their exact Jaccard index."""

from __future__ import annotations

import ctypes
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer, taken
from codestrata.kernels.library import library
from codestrata.kernels.numpy_measure import shingle_text


def shingles(
    arena: NDArray[np.uint8], offsets: NDArray[np.int64], *, target: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Give the 5-word shingles of each text ``arena[offsets[i]:offsets[i + 1]]`` as a set.

    Returns offsets int64[n + 1] into hashes uint64[…], sorted and without repetition within a text. A text of one to
    four words has one shingle made of all of them, a text without words none. ``target``: as in ``measure``.
    """
    n = check_texts(arena, offsets)
    native = library()
    counts = np.zeros(n, np.int64)
    if native is None:
        sets = [shingle_text(arena[a:b].tobytes()) for a, b in pairwise(offsets)]
        counts[:] = [len(s) for s in sets]
        hashes = np.concatenate([*sets, np.zeros(0, np.uint64)])
    else:
        out = ctypes.c_void_p()
        texts = (pointer(arena), pointer(offsets), ctypes.c_int64(n), ctypes.c_int(target))
        if native.strata_shingles(*texts, pointer(counts), ctypes.byref(out)):
            raise MemoryError
        hashes = taken(native, out, int(counts.sum()), np.uint64)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), hashes


def jaccard(pairs: NDArray[np.int64], offsets: NDArray[np.int64], hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Give the exact Jaccard index of each pair of sets, as :func:`shingles` lays them out; 0 for two empty sets.

    ``pairs``: int64[m, 2] of indices of sets. Raises ValueError for an index that is not one.
    """
    pairs = np.ascontiguousarray(pairs, np.int64).reshape(-1, 2)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= len(offsets) - 1):
        msg = "a pair names a set that does not exist"
        raise ValueError(msg)
    offsets, hashes = np.ascontiguousarray(offsets, np.int64), np.ascontiguousarray(hashes, np.uint64)
    native = library()
    if native is None:
        return np.array([_jaccard(*(hashes[offsets[i] : offsets[i + 1]] for i in pair)) for pair in pairs], np.float64)
    out = np.zeros(len(pairs))
    native.strata_jaccard(pointer(pairs), ctypes.c_int64(len(pairs)), pointer(offsets), pointer(hashes), pointer(out))
    return out


def _jaccard(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    common = len(np.intersect1d(a, b, assume_unique=True))
    total = len(a) + len(b) - common
    return common / total if total else 0.0
