"""What texts share with known ones: words in a row, and whole pieces without their white space."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels import numpy_overlap
from codestrata.kernels.arrays import check_texts, pointer, taken
from codestrata.kernels.library import library

#: Part of the version of everything that keeps such hashes; rises when the same text may give others.
VERSION = "1"
#: Words of a gram at most.
LONGEST = 64
#: Hashes for each word of a filter, so that one in seventy others passes; the fewest and the most words, as powers
#: of two. Source: blocked Bloom filters (Putze, Sanders, Singler, 2007), a block being a word.
_IN_A_WORD, _FEWEST, _MOST = 4, 10, 22

Int64s = NDArray[np.int64]
Hashes = NDArray[np.uint64]


class Overlaps(NamedTuple):
    """What was found. grams: int64[k, 5], rows (text, gram, word, start, end); patterns: int64[m, 4], rows (text,
    pattern, start, end). Text, gram and pattern are indices, ``word`` is the number of the gram's first word in its
    text, start and end (excluded) are bytes of the text. In the order of the texts, and of the places in each.
    """  # noqa: D205 -- one sentence

    grams: Int64s
    patterns: Int64s


class _Hashes(ctypes.Structure):
    _fields_: ClassVar = [
        ("hash", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("bits", ctypes.c_void_p),
        ("shift", ctypes.c_int64),
    ]


class _Sought(ctypes.Structure):
    _fields_: ClassVar = [
        ("n", ctypes.c_int64),
        ("grams", _Hashes),
        ("anchors", _Hashes),
        *((name, ctypes.c_void_p) for name in ("before", "size", "whole")),
    ]


@dataclass(frozen=True, eq=False)
class Sought:
    """What is looked for.

    n: words of a gram, at most 64; grams: their hashes, rising, each once; anchors: for each pattern the hash of 16 of
    its squeezed bytes, rising; before: squeezed bytes of the pattern before these; sizes: its squeezed bytes; wholes:
    its hash.
    """

    n: int
    grams: Hashes
    anchors: Hashes
    before: Int64s
    sizes: Int64s
    wholes: Hashes

    def find(self, arena: NDArray[np.uint8], offsets: Int64s) -> Overlaps:
        """Look through the texts ``arena[offsets[i]:offsets[i + 1]]``, in UTF-8. Raises MemoryError without memory."""
        count = check_texts(arena, offsets)
        native = library()
        if native is None:
            patterns = (self.anchors, self.before, self.sizes, self.wholes)
            grams, whole = numpy_overlap.overlaps(arena, offsets, self.n, self.grams, patterns)
            return Overlaps(np.array(grams, np.int64).reshape(-1, 5), np.array(whole, np.int64).reshape(-1, 4))
        arena, offsets, counts = np.ascontiguousarray(arena), np.ascontiguousarray(offsets), np.zeros(2, np.int64)
        out = ctypes.c_void_p(), ctypes.c_void_p()
        texts = (pointer(arena), pointer(offsets), ctypes.c_int64(count))
        if native.strata_overlaps(*texts, self._struct[0], pointer(counts), *map(ctypes.byref, out)):
            raise MemoryError
        rows = [
            taken(native, address, int(number) * width, np.int64).reshape(-1, width)
            for address, number, width in zip(out, counts, (5, 4), strict=True)
        ]
        return Overlaps(*rows)

    @cached_property
    def _struct(self) -> tuple[Any, list[NDArray[Any]]]:
        """What the kernel reads, and the arrays that it points to."""
        if not 1 <= self.n <= LONGEST:
            msg = f"grams of {self.n} words"
            raise ValueError(msg)
        kept: list[NDArray[Any]] = []
        parts = []
        for hashes in (self.grams, self.anchors):
            bits, shift = _filter(hashes)
            kept += [np.ascontiguousarray(hashes), bits]
            parts.append(_Hashes(pointer(kept[-2]), len(hashes), pointer(bits), shift))
        columns = [np.ascontiguousarray(column) for column in (self.before, self.sizes, self.wholes)]
        struct = _Sought(self.n, *parts, *map(pointer, columns))
        return ctypes.byref(struct), [*kept, *columns]


def _filter(hashes: Hashes) -> tuple[Hashes, int]:
    """Give words in which two bits are set for each hash, in the word that its high bits number; and their shift."""
    width = min(max((len(hashes) // _IN_A_WORD).bit_length(), _FEWEST), _MOST)
    words = np.zeros(1 << width, np.uint64)
    low, next_ = (np.uint64(1) << (hashes >> np.uint64(at) & np.uint64(63)) for at in (0, 6))
    np.bitwise_or.at(words, (hashes >> np.uint64(64 - width)).astype(np.int64), low | next_)
    return words, 64 - width
