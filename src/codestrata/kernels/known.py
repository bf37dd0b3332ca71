"""Which of many known texts a text contains: pairs of neighbouring words, compared with all of them at once.

The text that explains most wins: pairs found, less twice the pairs missing, plus its bonus. The stretch that holds the
match is then taken out and the rest is asked again, so that a file with three texts gives three.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels import numpy_known
from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library
from codestrata.kernels.numpy_known import MOST


class Found(NamedTuple):
    """A known text found in the words start to end (excluded).

    Of the distinct pairs there (``inside``) the text holds ``shared``; ``unknown`` pairs are in no known text.
    """

    text: int
    start: int
    end: int
    shared: int
    inside: int
    unknown: int


class _Struct(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in ("word", "bounds")),
        ("words", ctypes.c_int64),
        ("slot", ctypes.c_void_p),
        ("slots", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("pair", "first", "start", "text", "length", "size", "bonus")),
        ("texts", ctypes.c_int64),
    ]


@dataclass(frozen=True, eq=False)
class Known:
    """An inverted index from pairs of words to the n texts that hold them.

    words: the vocabulary, numbered from 1; pairs: int64[m], first * (words + 1) + second of every pair that a text
    holds, rising; texts[starts[k]:starts[k + 1]]: uint16, the texts that hold pair k, rising; starts: int32[m + 1];
    lengths, sizes: int64[n], pairs of each text with and without repetition; bonus: int64[n].
    """

    words: Sequence[str]
    pairs: NDArray[np.int64]
    starts: NDArray[np.int32]
    texts: NDArray[np.uint16]
    lengths: NDArray[np.int64]
    sizes: NDArray[np.int64]
    bonus: NDArray[np.int64]

    def find(self, words: str) -> list[Found]:
        """Find the known texts in words joined by spaces, at most 32, in the order of their places."""
        native = library()
        rows = self._native(native, words) if native else numpy_known.find(self, words)
        return sorted((Found(*row) for row in rows), key=lambda found: found.start)

    def _native(self, native: ctypes.CDLL, words: str) -> list[list[int]]:
        raw, found = words.encode(), np.empty((MOST, len(Found._fields)), np.int64)
        native.strata_known_find.restype = ctypes.c_int64
        count = native.strata_known_find(self._table[0], raw, ctypes.c_int64(len(raw)), pointer(found))
        if count < 0:
            raise MemoryError
        found[:, Found._fields.index("end")] += 1  # of a stretch of pairs to that of words
        rows: list[list[int]] = found[:count].tolist()
        return rows

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Give the number of each word."""
        return {word: i + 1 for i, word in enumerate(self.words)}

    @cached_property
    def _table(self) -> tuple[Any, list[NDArray[Any]]]:
        """What the kernel reads, and the arrays that it points to."""
        encoded = [word.encode() for word in self.words]
        slots = np.empty(1 << (4 * len(encoded) + 2).bit_length() - 1, np.int32)
        bounds = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        first = np.searchsorted(self.pairs, np.arange(len(encoded) + 2) * (len(encoded) + 1)).astype(np.int32)
        kept: list[NDArray[Any]] = [
            *(np.frombuffer(b"".join(encoded), np.uint8), bounds, slots, self.pairs, first, self.starts, self.texts),
            *(self.lengths, self.sizes, self.bonus),
        ]
        at = [pointer(array) for array in kept]
        struct = _Struct(*at[:2], len(encoded), at[2], len(slots), *at[3:], len(self.sizes))
        native = library()
        assert native is not None  # noqa: S101 -- asked for by the native search only
        native.strata_known_words(ctypes.byref(struct))
        return ctypes.byref(struct), kept
