"""Words to hashes in NumPy: the twin of ``native/words.h``, and the definition of every hash in plain sight.

A word is a run of ``[A-Za-z0-9_]`` and of bytes from 0x80; every other byte that is not white space is a token by
itself. All arithmetic is modulo 2**64.
"""

from __future__ import annotations

import string
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]

WORD_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
STREAM_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4D)
MIX_FACTOR: Final = np.uint64(0xD6E8FEB86659FD93)
WINDOW: Final = 5
BINS: Final = 128
_HALF: Final = np.uint64(32)
_EMPTY: Final = np.uint64(2**64 - 1)
_BIT_6: Final = np.uint64(0x4040404040404040)


def _bytes_of(members: str) -> NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[list(members.encode())] = True
    return table


#: Tables over the 256 bytes. Every byte of a character beyond ASCII belongs to a word.
IS_SPACE: Final = _bytes_of("\t\n\v\f\r ")
IS_LETTER: Final = _bytes_of(string.ascii_letters)
IS_DIGIT: Final = _bytes_of(string.digits)
IS_WORD: Final = IS_LETTER | IS_DIGIT | _bytes_of("_") | (np.arange(256) > ord("\x7f"))
#: A character beyond ASCII is one byte that leads and some that continue it.
LEADS: Final = np.arange(256) >= ord("\xc0")
CONTINUES: Final = IS_WORD & ~LEADS & (np.arange(256) > ord("\x7f"))


class Words(NamedTuple):
    """The tokens of one text. start, end: int64 per word; first: the first byte of every token, in order."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: Bytes


def mix(x: Hashes) -> Hashes:
    """Spread every bit over all 64."""
    x = (x ^ (x >> _HALF)) * MIX_FACTOR
    return x ^ (x >> _HALF)


def find_words(text: Bytes) -> Words:
    """Find words and tokens."""
    word = IS_WORD[text]
    edges = np.diff(word.astype(np.int8), prepend=0, append=0)
    start, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    other = np.flatnonzero(~word & ~IS_SPACE[text])
    return Words(start, end, text[np.sort(np.concatenate([start, other]))])


def powers(factor: np.uint64, n: int) -> Hashes:
    """Give factor**0 … factor**(n - 1)."""
    steps = np.full(n, factor)
    steps[:1] = 1
    return np.multiply.accumulate(steps)


def hash_words(text: Bytes, words: Words) -> tuple[Hashes, Hashes]:
    """Hash each word: exactly, and with A to Z as a to z.

    Folded: mix(sum of c[i] * WORD_FACTOR**(i + 1)) over the word's eights of bytes c[i], little-endian. Exact: that,
    plus a hash of where the capitals are.
    """
    if not len(words.start):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    chunks = (words.end - words.start + 7) // 8
    first = np.cumsum(chunks) - chunks
    place = np.arange(chunks.sum()) - np.repeat(first, chunks)
    eights = _eights(text, np.repeat(words.start, chunks) + 8 * place, np.repeat(words.end, chunks))
    capital = (eights & _BIT_6 & ~(eights << np.uint64(1)) & ~(eights >> np.uint64(1))) >> np.uint64(6)
    table = powers(WORD_FACTOR, int(chunks.max()) + 1)[1:]
    folded = mix(np.add.reduceat((eights | capital << np.uint64(5)) * table[place], first))
    where = np.add.reduceat(capital << (place % 8).astype(np.uint64), first) * WORD_FACTOR
    return folded + (where ^ (where >> _HALF)), folded


def _eights(text: Bytes, at: NDArray[np.int64], end: NDArray[np.int64]) -> Hashes:
    padded = np.concatenate([text, np.zeros(8, np.uint8)])
    eights = np.ndarray((len(text) + 1,), "<u8", padded, strides=(1,))[at].astype(np.uint64)
    kept: Hashes = eights & (_EMPTY >> (np.uint64(64) - np.uint64(8) * np.minimum(end - at, 8).astype(np.uint64)))
    return kept


def stream(values: Hashes) -> Hashes:
    """Hash values in order: sum of value[k] times STREAM_FACTOR ** k, as an array of one."""
    return np.add.reduce(values * powers(STREAM_FACTOR, len(values)), keepdims=True)


def norm_hash(exact: Hashes, first: Bytes) -> int:
    """Hash a text's tokens, whatever their layout; 0 for a text without tokens."""
    if not len(first):
        return 0
    padded = np.concatenate([first, np.zeros(-len(first) % 8, np.uint8)])
    tokens = mix(stream(mix(padded.view("<u8").astype(np.uint64))) + np.uint64(len(first)))
    return int(mix(stream(exact) * STREAM_FACTOR + tokens)[0])


def windows(folded: Hashes) -> Hashes:
    """Hash the five-word windows of a text, in order; a text of one to four words has one window."""
    n = len(folded)
    if n == 0:
        return np.zeros(0, np.uint64)
    if n < WINDOW:
        x = mix(np.array([n], np.uint64) * WORD_FACTOR)
        for value in folded:
            x = rotate(x, 13) + value
        return x
    rotated = [rotate(folded[i : n - 4 + i], 13 * (4 - i)) for i in range(WINDOW)]
    hashes: Hashes = np.sum(rotated, axis=0, dtype=np.uint64)
    return hashes


def rotate(x: Hashes, by: int) -> Hashes:
    """Rotate to the left by 0 to 63 bits."""
    return x << np.uint64(by) | x >> np.uint64((64 - by) % 64)


def sign(shingles: Hashes) -> NDArray[np.uint16]:
    """Give the 128 values of a one-permutation MinHash; a bin nothing fell into gets an ordinary MinHash."""
    signature = np.zeros(BINS, np.uint16)
    if not len(shingles):
        return signature
    bins = np.full(BINS, _EMPTY)
    np.minimum.at(bins, (shingles >> np.uint64(57)).astype(np.int64), shingles)
    empty = np.flatnonzero(bins == _EMPTY)
    signature = (bins >> np.uint64(16)).astype(np.uint16)
    factors = mix((empty.astype(np.uint64) + np.uint64(1)) * WORD_FACTOR).astype(np.uint32) | np.uint32(1)
    low = np.unique(shingles).astype(np.uint32)
    signature[empty] = [(low * factor).min() & 0xFFFF for factor in factors]
    return signature
