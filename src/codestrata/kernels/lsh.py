"""Candidates for near-duplicates: locality-sensitive hashing of MinHash signatures."""

from __future__ import annotations

import ctypes
import math

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer, taken
from codestrata.kernels.library import library
from codestrata.kernels.numpy_lsh import find_meeting, find_pairs, find_records, find_stars
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


def band_records(
    signatures: NDArray[np.uint16], numbers: NDArray[np.int64], bands: int, rows: int, *, high: int, low: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give what banding sorts: of every band of every text its key, and in the ``low`` bits the text's number.

    Records are grouped by the ``high`` (1 at least) top bits of the key, which they leave out; the second array,
    int64[2^high], says where each group ends. Two records of a group that are equal but for the number share a band, or
    else one pair in 2^(64 - low) does.
    Texts whose signatures are all zeros have none.
    """
    signatures, numbers = np.ascontiguousarray(signatures, np.uint16), np.ascontiguousarray(numbers, np.int64)
    native = library()
    if native is None:
        return find_records(signatures, numbers, bands, rows, high, low)
    records, ends = np.empty(len(signatures) * bands, np.uint64), np.zeros(1 << high, np.int64)
    sizes = [ctypes.c_int64(x) for x in (len(signatures), bands, rows, high, low)]
    given = (pointer(signatures), pointer(numbers), *sizes)
    if not native.strata_band_records(*given, pointer(records), pointer(ends)):
        raise MemoryError
    return records[: ends[-1]], ends


def agreement(signatures: NDArray[np.uint16], pairs: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Count the values that the signatures of each pair, int64[m, 2], have in common."""
    if len(pairs) and not 0 <= int(pairs.min()) <= int(pairs.max()) < len(signatures):
        msg = "a pair names a text that does not exist"
        raise ValueError(msg)
    native = library()
    if native is None:
        return np.asarray((signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).sum(axis=1), np.uint8)
    pairs, out = np.ascontiguousarray(pairs, np.int64), np.empty(len(pairs), np.uint8)
    native.strata_agreement(pointer(signatures), pointer(pairs), ctypes.c_int64(len(pairs)), pointer(out))
    return out


def stars(
    count: int, better: NDArray[np.int64], worse: NDArray[np.int64], group: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Give for each of ``count`` texts the edge that removes it, ``len(worse)`` + the text of its group, or -1.

    Edge k takes ``worse[k]`` away when that and ``better[k]``, a smaller number, both stay; edges are sorted by worse,
    then better. Of the texts of one ``group`` (int64[count], -1 for none) the first that stays takes the others.
    """
    better, worse = np.ascontiguousarray(better, np.int64), np.ascontiguousarray(worse, np.int64)
    native = library()
    if native is None:
        return find_stars(count, better, worse, group)
    groups = None if group is None else np.ascontiguousarray(group, np.int64)
    leader = np.full(0 if groups is None else int(groups.max(initial=-1)) + 1, -1, np.int64)
    out = np.empty(count, np.int64)
    sizes = ctypes.c_int64(count), ctypes.c_int64(len(worse))
    told = None if groups is None else pointer(groups)
    native.strata_stars(sizes[0], pointer(better), pointer(worse), sizes[1], told, pointer(leader), pointer(out))
    return out
