"""Grams: which pieces of four bytes stand in a text, told by a filter that may say yes wrongly, but never no."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: Bytes of a piece.
GRAM = 4
#: Bits of a piece's hash: a megabyte of code sets about one in twelve of so many bits, which fit a processor's cache.
_BITS = 20
_MULTIPLIER = np.uint32(0x9E3779B1)


def hashes(text: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Give the hash of each piece of a text, in order: below 2²⁰, int64[n - 3]."""
    if len(text) < GRAM:
        return np.zeros(0, np.int64)
    pieces = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(text), GRAM)
    grams = np.ascontiguousarray(pieces).view("<u4").reshape(-1)
    return ((grams * _MULTIPLIER) >> np.uint32(32 - _BITS)).astype(np.int64)


def grams(text: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a filter of the pieces of a text, one bit for each hash; :func:`among` asks it."""
    native = library()
    if native is None:
        marks = np.zeros(1 << _BITS, np.bool_)
        marks[hashes(text)] = True
        return np.packbits(marks, bitorder="little")
    found, text = np.zeros(1 << (_BITS - 3), np.uint8), np.ascontiguousarray(text)
    native.strata_grams(pointer(text), ctypes.c_int64(len(text)), ctypes.c_int64(32 - _BITS), pointer(found))
    return found


def among(filter_: NDArray[np.uint8], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each hash whether a piece with it may stand in a filter's text."""
    return np.asarray((filter_[asked >> 3] >> (asked & 7).astype(np.uint8)) & 1, np.bool_)
