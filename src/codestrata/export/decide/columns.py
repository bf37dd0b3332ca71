"""Working with columns of few distinct strings: as codes into a list of words while deciding, as strings at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.store.columns import Columns, Varlen

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column: row i says ``words[codes[i]]``. Every word is there once, in no order that means anything."""

    codes: NDArray[np.int32]
    words: list[str]

    @classmethod
    def of(cls, column: Varlen) -> Coded:
        """Number the words of a column."""
        _, first, codes = np.unique(_hashes(column), return_index=True, return_inverse=True)
        if not _same(column, first[codes]):
            return cls._one_by_one(column)
        return cls(codes.astype(np.int32), column.take(first).strings())

    @classmethod
    def _one_by_one(cls, column: Varlen) -> Coded:
        """Number the words without hashes, for a column where two words share one."""
        seen: dict[bytes, int] = {}
        codes = np.fromiter((seen.setdefault(row, len(seen)) for row in column), np.int32, len(column))
        return cls(codes, [word.decode() for word in seen])

    def spread(self, words: Sequence[str]) -> Varlen:
        """Give each row another word in the place of its own: ``words[k]`` for ``self.words[k]``."""
        return Varlen.of(words).take(self.codes)

    def among(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Tell the rows that say one of these words."""
        wanted = set(names)
        return np.array([word in wanted for word in self.words], np.bool_)[self.codes]


def varlen(columns: Columns, name: str) -> Varlen:
    """Give a column of strings; raises TypeError when it is none."""
    column = columns[name]
    if not isinstance(column, Varlen):
        msg = f"{name} is not a column of strings"
        raise TypeError(msg)
    return column


def _eights(column: Varlen, at: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint64]]]:
    """Read the rows ``at`` eight bytes at a time: which of them are that long, those bytes with zeros after the end."""
    padded = np.concatenate([column.data, np.zeros(8, np.uint8)])
    view = np.ndarray((len(column.data) + 1,), "<u8", padded, strides=(1,))
    starts, lengths = column.offsets[at], column.offsets[at + 1] - column.offsets[at]
    rows, place = np.flatnonzero(lengths > 0), 0
    while len(rows):
        rest = np.minimum(lengths[rows] - place, 8).astype(np.uint64)
        yield rows, view[starts[rows] + place] & (_ALL >> (np.uint64(64) - np.uint64(8) * rest))
        place += 8
        rows = rows[lengths[rows] > place]


def _hashes(column: Varlen) -> NDArray[np.uint64]:
    out = np.diff(column.offsets).astype(np.uint64)
    for rows, eight in _eights(column, np.arange(len(column))):
        mixed = (out[rows] ^ eight) * _FACTOR
        out[rows] = mixed ^ (mixed >> np.uint64(29))
    return out


def _same(column: Varlen, other: NDArray[np.int64]) -> bool:
    """Tell whether every row says the same as another row of the column."""
    lengths = np.diff(column.offsets)
    if not np.array_equal(lengths, lengths[other]):
        return False
    both = zip(_eights(column, np.arange(len(column))), _eights(column, other), strict=True)
    return all(np.array_equal(a, b) for (_, a), (_, b) in both)
