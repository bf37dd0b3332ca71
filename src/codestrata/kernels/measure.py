"""Measuring texts: every content column that is a count, the layout-insensitive hash and the MinHash signature."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.families import FAMILIES
from codestrata.kernels.family_table import pack
from codestrata.kernels.library import library
from codestrata.kernels.numpy_measure import measure_text
from codestrata.kernels.numpy_words import BINS

#: The columns of :class:`Measures`, in the order of ``native/text.h``.
COLUMNS: Final = (
    "lines",
    "blank_lines",
    "comment_lines",
    "max_line",
    "words",
    "tokens",
    "complexity",
    "chars",
    "alnum",
    "alpha",
    "digits",
    "whitespace",
    "uppercase",
    "encoded_max",
    "encoded_total",
    "shingles",
)
#: Instead of a family: do not measure this text; its columns stay -1.
SKIP: Final = 255
_LONGEST_TEXT: Final = (1 << 32) - (1 << 16)


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of n texts.

    counts: int64[n, 16], a column for each of :data:`COLUMNS` (-1 where it does not apply); norm_hash: uint64[n], of
    the tokens in order, 0 without tokens; signature: uint16[n, 128], one-permutation MinHash of 5-word shingles.
    """

    counts: NDArray[np.int64]
    norm_hash: NDArray[np.uint64]
    signature: NDArray[np.uint16]

    def __getitem__(self, column: str) -> NDArray[np.int64]:
        """Give one column of counts."""
        return self.counts[:, COLUMNS.index(column)]


@cache
def _table() -> NDArray[Any]:
    return pack(FAMILIES)


def measure(
    arena: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    family: NDArray[np.uint8],
    *,
    target: int = 0,
) -> Measures:
    """Measure the texts ``arena[offsets[i]:offsets[i + 1]]`` as UTF-8, without a byte order mark they begin with.

    ``family`` holds an id of :mod:`codestrata.kernels.families` for each, or :data:`SKIP`. ``target`` asks for a
    narrower instruction set than the machine's best (1 base, 2 AVX2, 3 AVX-512): the answer is the same. Raises
    ValueError for ids that do not exist, MemoryError when memory runs out.
    """
    n = len(offsets) - 1
    _check(arena, offsets, family, n)
    out = Measures(np.full((n, len(COLUMNS)), -1, np.int64), np.zeros(n, np.uint64), np.zeros((n, BINS), np.uint16))
    native = library()
    if native is None:
        _measure_here(arena, offsets, family, out)
    elif native.strata_measure(
        _pointer(arena),
        _pointer(offsets),
        ctypes.c_int64(n),
        _pointer(family),
        _pointer(_table()),
        ctypes.c_int(target),
        _pointer(out.counts),
        _pointer(out.norm_hash),
        _pointer(out.signature),
    ):
        raise MemoryError
    return out


def _check(arena: NDArray[np.uint8], offsets: NDArray[np.int64], family: NDArray[np.uint8], n: int) -> None:
    if len(family) != n or family.dtype != np.uint8 or offsets.dtype != np.int64 or arena.dtype != np.uint8:
        msg = "measure wants uint8 arena, int64 offsets and one uint8 family per text"
        raise ValueError(msg)
    sizes = np.diff(offsets)
    if n and (offsets[0] < 0 or offsets[-1] > len(arena) or sizes.min() < 0 or sizes.max() > _LONGEST_TEXT):
        msg = "offsets must rise from 0 and stay inside the arena"
        raise ValueError(msg)
    if np.any((family >= len(FAMILIES)) & (family != SKIP)):
        msg = "no such comment-syntax family"
        raise ValueError(msg)


def _measure_here(
    arena: NDArray[np.uint8], offsets: NDArray[np.int64], family: NDArray[np.uint8], out: Measures
) -> None:
    for i, chosen in enumerate(family):
        if chosen != SKIP:
            raw = arena[offsets[i] : offsets[i + 1]].tobytes()
            columns, out.norm_hash[i], out.signature[i] = measure_text(raw, FAMILIES[chosen])
            out.counts[i] = [columns[name] for name in COLUMNS]


def _pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(np.ascontiguousarray(array).ctypes.data)
