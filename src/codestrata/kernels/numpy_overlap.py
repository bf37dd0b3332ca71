"""What a text shares with known ones, in NumPy: the twin of ``native/overlap.c``, and the definition of its hashes.

Two views of a text are compared. Its *words* (:mod:`codestrata.kernels.numpy_words`, A to Z as a to z): ``n`` in a row
are a gram. And what is left of it without white space, A to Z as a to z: *squeezed*. Before either, a run of
backslashes with the n, r or t behind it counts as white space, so that a text inside another's string literal, or a
JSON file, has the same words and is squeezed to the same bytes.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_words import (
    IS_SPACE,
    STREAM_FACTOR,
    WORD_FACTOR,
    Bytes,
    Hashes,
    find_words,
    hash_words,
    mix,
    stream,
)

#: Squeezed bytes that are looked for at every place of a text; no pattern is shorter.
ANCHOR: Final = 16
_ESCAPES: Final = re.compile(rb"\\+[nrt]?")
_BLANK: Final = ord(" ")
_LOWER: Final = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += _BLANK
_LOWER[ord("_")] += _BLANK  # a byte that words do not have: the compiled twin does not tell it from a capital
_EIGHT: Final = 8

Int64s = NDArray[np.int64]


def blanked(text: bytes) -> Bytes:
    """Put blanks where escapes are; places stay what they are."""
    return np.frombuffer(_ESCAPES.sub(lambda found: b" " * len(found[0]), text), np.uint8)


def words_of(text: Bytes) -> tuple[Hashes, Int64s, Int64s]:
    """Give the folded hash of each word of a blanked text, and where it starts and ends."""
    words = find_words(text)
    return hash_words(text, words)[1], words.start, words.end


def grams_of(folded: Hashes, n: int) -> Hashes:
    """Hash each ``n`` words in a row: mix(sum of word[i] * STREAM_FACTOR ** (n - 1 - i))."""
    count = max(0, len(folded) - n + 1)
    sums = np.zeros(count, np.uint64)
    for i in range(n if count else 0):
        sums = sums * STREAM_FACTOR + folded[i : i + count]
    return mix(sums)


def squeezed(text: Bytes) -> tuple[Bytes, Int64s]:
    """Give what is left of a blanked text without white space, in lower case, and the place of each byte of it."""
    places = np.flatnonzero(~IS_SPACE[text])
    return _LOWER[text[places]], places


def anchors_of(bytes_: Bytes) -> Hashes:
    """Hash each 16 squeezed bytes in a row: mix(first eight * WORD_FACTOR + second eight * WORD_FACTOR ** 2)."""
    count = max(0, len(bytes_) - ANCHOR + 1)
    if not count:
        return np.zeros(0, np.uint64)
    eights = np.ndarray((count + _EIGHT,), "<u8", np.ascontiguousarray(bytes_), strides=(1,)).astype(np.uint64)
    return mix(eights[:count] * WORD_FACTOR + eights[_EIGHT:] * WORD_FACTOR * WORD_FACTOR)


def whole_of(bytes_: Bytes) -> int:
    """Hash squeezed bytes as a whole: their eights (zeros behind the last) as a stream, and their number."""
    padded = np.concatenate([bytes_, np.zeros(-len(bytes_) % _EIGHT, np.uint8)])
    return int(mix(stream(mix(padded.view("<u8").astype(np.uint64))) + np.uint64(len(bytes_)))[0])


def overlaps(
    arena: Bytes, offsets: Int64s, n: int, grams: Hashes, patterns: tuple[Hashes, Int64s, Int64s, Hashes]
) -> tuple[list[list[int]], list[list[int]]]:
    """Give rows (text, gram, word, start, end) and (text, pattern, start, end), in the order of the texts."""
    shared: list[list[int]] = []
    whole: list[list[int]] = []
    for i, (a, b) in enumerate(pairwise(offsets.tolist())):
        text = blanked(arena[a:b].tobytes())
        shared += [[i, *row] for row in _grams(text, n, grams)]
        whole += [[i, *row] for row in _patterns(text, *patterns)]
    return shared, whole


def _grams(text: Bytes, n: int, grams: Hashes) -> list[list[int]]:
    folded, start, end = words_of(text)
    found = grams_of(folded, n)
    if not len(grams) or not len(found):
        return []
    at = np.minimum(np.searchsorted(grams, found), len(grams) - 1)
    word = np.flatnonzero(grams[at] == found)
    rows: list[list[int]] = np.stack([at[word], word, start[word], end[word + n - 1]], axis=1).tolist()
    return rows


def _patterns(text: Bytes, anchors: Hashes, before: Int64s, sizes: Int64s, wholes: Hashes) -> list[list[int]]:
    bytes_, places = squeezed(text)
    rows = []
    found = anchors_of(bytes_)
    low, high = np.searchsorted(anchors, found, "left"), np.searchsorted(anchors, found, "right")
    for at in np.flatnonzero(low < high).tolist():
        for k in range(int(low[at]), int(high[at])):
            first, last = at - int(before[k]), at - int(before[k]) + int(sizes[k])
            if first >= 0 and last <= len(bytes_) and whole_of(bytes_[first:last]) == int(wholes[k]):
                rows.append([k, int(places[first]), int(places[last - 1]) + 1])
    return rows
