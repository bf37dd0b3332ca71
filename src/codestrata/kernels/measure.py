"""Measuring texts: every content column that is a count, the layout-insensitive hash and the MinHash signature."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer
from codestrata.kernels.families import FAMILIES
from codestrata.kernels.family_table import FamilyTable
from codestrata.kernels.library import library
from codestrata.kernels.numpy_measure import measure_text
from codestrata.kernels.numpy_words import BINS

#: Part of the version of every stage that stores measures; rises when the same bytes may give other ones.
VERSION: Final = "2"
#: The columns of :class:`Measures`, in the order of ``native/text.h``.
COLUMNS: Final = (
    "lines",
    "blank_lines",
    "comment_lines",
    "max_line",
    "words",
    "lexemes",
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


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of n texts.

    counts: int64[n, 16], a column for each of :data:`COLUMNS` (-1 where it does not apply); norm_hash: uint64[n], of
    the lexemes in order, 0 without any; signature: uint16[n, 128], one-permutation MinHash of 5-word shingles.
    """

    counts: NDArray[np.int64]
    norm_hash: NDArray[np.uint64]
    signature: NDArray[np.uint16]

    def __getitem__(self, column: str) -> NDArray[np.int64]:
        """Give one column of counts."""
        return self.counts[:, COLUMNS.index(column)]


_TABLE: Final = FamilyTable(FAMILIES)


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
    n = check_texts(arena, offsets)
    if family.dtype != np.uint8 or len(family) != n or np.any((family >= len(FAMILIES)) & (family != SKIP)):
        msg = "every text wants a uint8 id of a comment-syntax family"
        raise ValueError(msg)
    out = Measures(np.full((n, len(COLUMNS)), -1, np.int64), np.zeros(n, np.uint64), np.zeros((n, BINS), np.uint16))
    native = library()
    if native is None:
        _measure_here(arena, offsets, family, out)
    elif native.strata_measure(
        pointer(arena),
        pointer(offsets),
        ctypes.c_int64(n),
        pointer(family),
        pointer(_TABLE.holding(family)),
        ctypes.c_int(target),
        pointer(out.counts),
        pointer(out.norm_hash),
        pointer(out.signature),
    ):
        raise MemoryError
    return out


def _measure_here(
    arena: NDArray[np.uint8], offsets: NDArray[np.int64], family: NDArray[np.uint8], out: Measures
) -> None:
    for i, chosen in enumerate(family):
        if chosen != SKIP:
            raw = arena[offsets[i] : offsets[i + 1]].tobytes()
            columns, out.norm_hash[i], out.signature[i] = measure_text(raw, FAMILIES[chosen])
            out.counts[i] = [columns[name] for name in COLUMNS]
