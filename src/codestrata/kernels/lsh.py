"""Candidates for near-duplicates: locality-sensitive hashing of MinHash signatures."""

from __future__ import annotations

import ctypes
import math

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer, taken
from codestrata.kernels.library import library
from codestrata.kernels.numpy_lsh import find_meeting, find_pairs
from codestrata.kernels.numpy_words import BINS


def candidates(
    signatures: NDArray[np.uint16], bands: int = 32, rows: int = 4, *, least: float = 0.5
) -> NDArray[np.int64]:
    """Give pairs of texts that may be near-duplicates, as int64[m, 2], first < second, sorted, each once.

    ``signatures``: uint16[n, 128], the texts that should survive first; one of all zeros belongs to no pair. Texts are
    compared when ``rows`` values in one of ``bands`` places agree, and paired when at least the share ``least`` of all
    128 agrees, which estimates their Jaccard index with a standard error of at most 0.045. Where many texts meet,
    the first 16 of a bucket lead, the others are paired with these only, and each with 32 at most: every text finds
    better ones, if not all. Where the last pair matters, run again on the texts that were not removed.
    """
    signatures = np.ascontiguousarray(signatures, np.uint16)
    if signatures.shape[1:] != (BINS,) or not 0 < bands * rows <= BINS:
        msg = f"candidates wants signatures of {BINS} values and bands * rows of at most that"
        raise ValueError(msg)
    wanted = math.ceil(least * BINS)
    native = library()
    if native is None:
        return find_pairs(signatures, bands, rows, wanted)
    out = ctypes.c_void_p()
    native.strata_candidates.restype = ctypes.c_int64
    sizes = [ctypes.c_int64(x) for x in (len(signatures), bands, rows, wanted)]
    count = native.strata_candidates(pointer(signatures), *sizes, ctypes.byref(out))
    if count < 0:
        raise MemoryError
    pairs = taken(native, out, 2 * count, np.int64).reshape(-1, 2)
    return _sorted_unique(pairs, len(signatures))


def meeting(signatures: NDArray[np.uint16], bands: int, rows: int) -> NDArray[np.bool_]:
    """Tell the texts that share a band with another one (and perhaps some more): no other is ever in a pair.

    ``signatures``, ``bands`` and ``rows`` as in :func:`candidates`; bool[n].
    """
    signatures = np.ascontiguousarray(signatures, np.uint16)
    native = library()
    if native is None:
        return find_meeting(signatures, bands, rows)
    meets = np.zeros(len(signatures), np.uint8)
    sizes = [ctypes.c_int64(x) for x in (len(signatures), bands, rows)]
    if not native.strata_meeting(pointer(signatures), *sizes, pointer(meets)):
        raise MemoryError
    return meets.view(np.bool_)


def _sorted_unique(pairs: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    keys = np.sort(pairs[:, 0] * np.int64(n) + pairs[:, 1])
    keys = keys[np.diff(keys, prepend=-1) != 0]  # np.unique would import numpy.ma: 45 ms
    return np.stack(np.divmod(keys, np.int64(max(n, 1))), axis=1)
