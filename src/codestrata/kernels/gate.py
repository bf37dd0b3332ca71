"""Which texts hold any of a set of words: a quick "no" for most texts, before anything dearer is tried on them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.library import library

_MOST = 256
_COMMON = b' e\ttanoirs\nlcdupm_fhg(),;.*=-bvyw0xk1>"2/#:'
"""Bytes that source code holds most often, falling; bytes not listed are rarer. The order only affects speed."""
_NEAR = 4


@dataclass(frozen=True)
class Gate:
    """The words to look for: ``leading`` ones count only at the start of a line, blanks aside, the others anywhere.

    Words hold no newline. At most 256 in all.
    """

    leading: tuple[bytes, ...] = ()
    anywhere: tuple[bytes, ...] = ()

    def holds(
        self,
        arena: NDArray[np.uint8],
        starts: NDArray[np.int64],
        stops: NDArray[np.int64],
        *,
        limit: int,
        lines: int = 0,
        target: int = 0,
    ) -> NDArray[np.bool_]:
        """Say of each text ``arena[starts[i]:stops[i]]`` whether its first ``limit`` bytes hold a word.

        With ``lines`` only the text's first and last so many lines count, each within ``limit`` bytes. ``target``: as
        for :func:`codestrata.kernels.measure.measure`.
        """
        native = library()
        if native is not None:
            return self._native(native, arena, starts, stops, (limit, lines, target))
        rows = zip(starts.tolist(), stops.tolist(), strict=True)
        return np.fromiter((self._contains(arena[a:b].tobytes(), limit, lines) for a, b in rows), np.bool_, len(starts))

    def _native(
        self,
        native: ctypes.CDLL,
        arena: NDArray[np.uint8],
        starts: NDArray[np.int64],
        stops: NDArray[np.int64],
        asked: tuple[int, int, int],
    ) -> NDArray[np.bool_]:
        (limit, lines, target), arena, starts = (
            asked,
            np.ascontiguousarray(arena),
            np.ascontiguousarray(starts, np.int64),
        )
        stops, found = np.ascontiguousarray(stops, np.int64), np.zeros(len(starts), np.uint8)
        words, bounds, leading, rare = self._table
        texts = (_at(arena), _at(starts), _at(stops), ctypes.c_int64(len(starts)))
        table = (_at(words), _at(bounds), _at(leading), _at(rare), ctypes.c_int64(len(leading)))
        native.strata_gate(*texts, *table, *map(ctypes.c_int64, (limit, lines)), ctypes.c_int(target), _at(found))
        return found.view(np.bool_)

    @cached_property
    def _table(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
        every = (*self.leading, *self.anywhere)
        if not 0 < len(every) <= _MOST or not all(every) or any(b"\n" in word for word in every):
            msg = f"a gate takes 1 to {_MOST} words without newlines"
            raise ValueError(msg)
        words = np.frombuffer(b"".join(every), np.uint8)
        bounds = np.cumsum([0, *map(len, every)], dtype=np.int64)
        leading = np.arange(len(every)) < len(self.leading)
        return words, bounds, leading.astype(np.uint8), np.array([rare(word) for word in every], np.int64)

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        led = [
            (rb"(?:^|\n)" if word[:1].isspace() else rb"(?:^|\n)[ \t\r\f\v]*") + re.escape(word)
            for word in self.leading
        ]
        return re.compile(b"|".join([*led, *map(re.escape, self.anywhere)]))

    def _contains(self, text: bytes, limit: int, lines: int) -> bool:
        if not lines:
            return bool(self._pattern.search(text[:limit]))
        first = b"\n".join(text[:limit].split(b"\n", lines)[:lines])
        tail = text[-limit:]
        last = tail.rsplit(b"\n", lines + tail.endswith(b"\n"))[-lines - tail.endswith(b"\n") :]
        return bool(self._pattern.search(first) or self._pattern.search(b"\n".join(last)))


def _rarest(word: bytes) -> int:
    return max(range(len(word)), key=lambda i: rarity(word[i]))


def rarity(byte: int) -> int:
    """Say how seldom source code holds a byte: a number that rises."""
    place = _COMMON.find(byte)
    return place if place >= 0 else len(_COMMON)


def rare(word: bytes) -> tuple[int, int, int, int]:
    """Give where the first of two rare bytes of a word stands, how far behind it the other does (0: none), and both.

    Only the bytes just before the rarest are looked at, so that words with the same beginning have the same two.
    """
    place = _rarest(word)
    others = range(max(0, place - _NEAR), place) if place else range(1, min(len(word), 1 + _NEAR))
    if not others:
        return place, 0, word[place], 0
    first, second = sorted((place, max(others, key=lambda i: rarity(word[i]))))
    return first, second - first, word[first], word[second]


def _at(array: NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def pays() -> bool:
    """Say whether a gate costs less than RE2 on the same text; its Python twin, meant for comparison, does not."""
    return library() is not None


def gate(leading: Sequence[str], anywhere: Sequence[str]) -> Gate:
    """Give the gate for words of Latin-1 text."""
    return Gate(*(tuple(word.encode("latin-1") for word in words) for words in (leading, anywhere)))
