"""Where known texts stand in a buffer, many of them sought at once, and which nodes of trees hold them.

A text is sought by a piece of three bytes in it and the byte behind them, the rarest that there are, and its place is
that of the piece: whatever holds the text holds it, too.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.gate import rarity
from codestrata.kernels.library import library
from codestrata.kernels.numbers import unique

#: Bytes of a piece, and of the shortest text.
PIECE = 3
_BITS = 13
_MULTIPLIER = 0x9E3779B1
#: Places that there is room for at first: one in so many bytes, and so many.
_RARE, _SOME = 16, 1024

Int64s = NDArray[np.int64]


class _Texts(ctypes.Structure):
    _fields_: ClassVar = [(name, ctypes.c_void_p) for name in ("words", "first", "entries", "data")]


class _Asked(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in ("by_text", "by_kind", "group")),
        ("words", ctypes.c_int64),
    ]


class _Parents(ctypes.Structure):
    _fields_: ClassVar = [(name, ctypes.c_void_p) for name in ("kind", "start", "end", "parent")]


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts to be sought, each of :data:`PIECE` bytes at least, none twice."""

    texts: Sequence[bytes]

    def places(self, arena: NDArray[np.uint8], target: int = 0) -> tuple[Int64s, Int64s]:
        """Give where each text stands, as often as it does: the places of pieces, rising, and the texts' numbers.

        At the same place in the order of the texts. ``target``: as for :func:`codestrata.kernels.measure.measure`.
        """
        native = library()
        if native is None:
            return self._places(arena.tobytes())
        arena, room = np.ascontiguousarray(arena), len(arena) // _RARE + _SOME
        native.strata_places.restype = ctypes.c_int64
        while True:
            at, which = np.empty(room, np.int64), np.empty(room, np.int64)
            text = (pointer(arena), ctypes.c_int64(len(arena)), ctypes.c_int(target))
            told = (*text, pointer(at), pointer(which), ctypes.c_int64(room))
            count = native.strata_places(self._table[0], *told)
            if count <= room:
                return at[:count], which[:count]
            room = count

    def _places(self, text: bytes) -> tuple[Int64s, Int64s]:
        found = []
        for number, (one, lead) in enumerate(zip(self.texts, self._leads, strict=True)):
            begin = text.find(one)
            while begin >= 0:
                found.append((begin + lead, number))
                begin = text.find(one, begin + 1)
        both = np.array(sorted(found), np.int64).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    @cached_property
    def _leads(self) -> list[int]:
        """How many bytes of each text come before its piece: the rarest that there is, with the byte behind it."""
        return [max(range(len(rare)), key=rare.__getitem__) for rare in (_rare(one) for one in self.texts)]

    @cached_property
    def _table(self) -> tuple[Any, list[NDArray[Any]]]:
        """What the kernel reads, and the arrays that it points to."""
        pieces = [one[lead : lead + PIECE + 1] for one, lead in zip(self.texts, self._leads, strict=True)]
        words = np.array([_word(piece) for piece in pieces], np.int64)
        marks = np.zeros(1 << _BITS, np.uint32)
        np.bitwise_or.at(marks, words, np.array([_behind(piece) for piece in pieces], np.uint32))
        order = np.argsort(words, kind="stable")
        first = np.searchsorted(words[order], np.arange((1 << _BITS) + 1))
        sizes = [len(one) for one in self.texts]
        columns = (self._leads, sizes, np.cumsum(sizes) - sizes)
        entries = np.array([order, *(np.array(column)[order] for column in columns)])
        kept: list[NDArray[Any]] = [
            *(marks, first.astype(np.int32), np.ascontiguousarray(entries.T, np.int32)),
            np.frombuffer(b"".join(self.texts) + b"\0", np.uint8),
        ]
        return ctypes.byref(_Texts(*map(pointer, kept))), kept


@cache
def _rarities() -> tuple[int, ...]:
    return tuple(map(rarity, range(256)))


def _rare(text: bytes) -> list[int]:
    """Say how rare each piece of a text is, with the byte behind it where there is one."""
    each = [_rarities()[byte] for byte in text]
    return [sum(each[i : i + PIECE + 1]) for i in range(max(1, len(text) - PIECE))]


def _word(piece: bytes) -> int:
    """Give the word of a piece, as native/scans.h has it."""
    return (int.from_bytes(piece[:PIECE], "little") * _MULTIPLIER & 0xFFFFFFFF) >> (32 - _BITS)


def _behind(piece: bytes) -> int:
    """Give the bits of the byte behind a piece, if it is known; else all."""
    return 1 << (piece[PIECE] & 31) if len(piece) > PIECE else 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class Askers:
    """Who asks about nodes of which kinds that hold one of which texts, by number.

    ``texts``: of each asker, the numbers of texts; ``kinds``: of each, the numbers of kinds, 16 bits; ``count``: texts.
    """

    texts: Sequence[Sequence[int]]
    kinds: Sequence[Sequence[int]]
    count: int

    def nodes(self, places: tuple[Int64s, Int64s], columns: Sequence[NDArray[Any]]) -> Int64s:
        """Give for each asker the nodes that it may be about: asker * nodes + node each, rising.

        places: what :meth:`Texts.places` gives. columns: of nodes in pre-order, kind, start, end and parent; starts
        rise, what is in a node lies within it, and -1 is the parent of a root.
        """
        native = library()
        if native is None:
            return self._nodes(places, columns)
        last, room = np.full(self.count, -1, np.int64), 2 * len(places[0]) + _SOME
        kept = [np.ascontiguousarray(column) for column in columns]
        trees = ctypes.byref(_Parents(*map(pointer, kept)))
        at, which = (pointer(np.ascontiguousarray(column)) for column in places)
        native.strata_askers.restype = ctypes.c_int64
        while True:
            out = np.empty(room, np.int64)
            sizes = (ctypes.c_int64(len(kept[0])), at, which, ctypes.c_int64(len(places[0])))
            told = (self._table[0], trees, *sizes, pointer(last), pointer(out), ctypes.c_int64(room))
            count = native.strata_askers(*told)
            if count <= room:
                return unique(out[:count])
            room = count
            last[:] = -1

    def _nodes(self, places: tuple[Int64s, Int64s], columns: Sequence[NDArray[Any]]) -> Int64s:
        kind, start, end, parent = columns
        asked = [[i for i, texts in enumerate(self.texts) if text in texts] for text in range(self.count)]
        kinds = list(map(frozenset, self.kinds))
        found = set()
        for at, text in zip(*(column.tolist() for column in places), strict=True):
            node = int(np.searchsorted(start, at, "right")) - 1
            while node >= 0:
                if end[node] > at:
                    found |= {i * len(kind) + node for i in asked[text] if int(kind[node]) in kinds[i]}
                node = int(parent[node])
        return np.array(sorted(found), np.int64)

    @cached_property
    def _table(self) -> tuple[Any, list[NDArray[Any]]]:
        """What the kernel reads, and the arrays that it points to."""
        groups = {kind: i + 1 for i, kind in enumerate(sorted(frozenset().union(*self.kinds)))}
        words = (len(self.texts) + 63) // 64
        by_text, by_kind = (np.zeros((size, 64 * words), np.bool_) for size in (self.count, len(groups) + 1))
        group = np.zeros(1 << 16, np.uint16)
        for kind, number in groups.items():
            group[kind] = number
        for i, (texts, kinds) in enumerate(zip(self.texts, self.kinds, strict=True)):
            by_text[np.array(texts, np.int64), i] = True
            by_kind[np.array([groups[kind] for kind in kinds], np.int64), i] = True
        bits = [np.packbits(table, axis=1, bitorder="little").view(np.uint64) for table in (by_text, by_kind)]
        kept: list[NDArray[Any]] = [*bits, group]
        return ctypes.byref(_Asked(*map(pointer, kept), words)), kept
