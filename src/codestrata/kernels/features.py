"""Hashed tokens of a text, for the classifier: layout never enters, so re-indenting or CRLF changes nothing.

A token is a run of letters, digits, ``_`` and bytes above 127, or one other printable byte; every number is the same
token. A feature is a token or a pair of neighbours, hashed to :data:`FEATURES` slots.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

FEATURES = 1 << 14
CONSIDERED_BYTES = 8 * 1024
"""More slots or more of a file add time and size and, on Linguist's samples, no accuracy."""

_BLANK, _WORD, _SIGN = 0, 1, 2
_PRIME = 0x01000193
_POWERS = np.array([pow(_PRIME, k, 1 << 32) for k in range(64)], np.uint32)
_NUMBER = np.uint32(7)


def _classes() -> NDArray[np.uint8]:
    kinds = np.full(256, _WORD, np.uint8)
    for char in map(chr, range(128)):
        if not (char.isalnum() or char == "_"):
            kinds[ord(char)] = _SIGN if char.isprintable() and char != " " else _BLANK
    return kinds


_CLASSES = _classes()


def tokens(text: bytes) -> NDArray[np.uint32]:
    """Give the hash of each token, in order. uint32[n]."""
    raw = np.frombuffer(text, np.uint8)
    kinds = _CLASSES[raw]
    kept = np.flatnonzero(kinds)
    if not len(kept):
        return np.zeros(0, np.uint32)
    shown, word = raw[kept], kinds[kept] == _WORD
    begins = np.ones(len(kept), np.bool_)
    begins[1:] = ~(word[1:] & word[:-1] & (kept[1:] == kept[:-1] + 1))
    bounds = np.flatnonzero(begins)
    place = np.arange(len(kept)) - np.repeat(bounds, np.diff(bounds, append=len(kept)))
    parts = (shown.astype(np.uint32) + np.uint32(1)) * _POWERS.take(place, mode="clip")
    hashes = np.add.reduceat(parts, bounds, dtype=np.uint32)
    first = shown[bounds]
    hashes[(first >= ord("0")) & (first <= ord("9"))] = _NUMBER
    return hashes


def features(text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the features of a text's first :data:`CONSIDERED_BYTES`, rising, and how often each occurs."""
    native, text = library(), text[:CONSIDERED_BYTES]
    return _features(text) if native is None else _native(native, text)


def _native(native: ctypes.CDLL, text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts, room = np.zeros(FEATURES, np.uint32), np.empty((2, min(2 * len(text), FEATURES)), np.int64)
    native.strata_features.restype = ctypes.c_int64
    size = ctypes.c_int64(len(text))
    found = native.strata_features(text, size, pointer(counts), pointer(room[0]), pointer(room[1]))
    return room[0, :found], room[1, :found]


def _features(text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    single = tokens(text)
    pairs = single[:-1] * np.uint32(0x85EBCA77) + single[1:]
    slots = _slot(np.concatenate([single, pairs]))
    counts = np.bincount(slots)
    found = np.flatnonzero(counts)
    return found, counts[found]


def _slot(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Spread hashes over the slots (multiplicative hashing)."""
    mixed = hashes * np.uint32(0x9E3779B1)
    return ((mixed ^ (mixed >> np.uint32(15))) & np.uint32(FEATURES - 1)).astype(np.int64)
