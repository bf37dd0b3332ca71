"""What texts repeat, and what their lines are made of: the counts that quality profiles ask for."""

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
from codestrata.kernels.measure import SKIP
from codestrata.kernels.numpy_texture import texture_of

#: Part of the version of every stage that stores textures; rises when the same bytes may give other ones.
VERSION: Final = "1"
#: The columns of :class:`Texture` in the order of ``native/texture.h``, each with what it counts.
COLUMNS: Final = {
    "visible": "characters that are not white space",
    "words": "runs of letters and digits",
    "word_chars": "characters of all words",
    "distinct_words": "different words, whatever their case",
    "top2": "characters of the most frequent two words in a row, in all their places; 0 where none occurs twice",
    "top3": "the same of three words",
    "top4": "the same of four words",
    "dupe5": "characters of words that stand in five words in a row which occur twice",
    "dupe6": "the same of six words",
    "dupe7": "the same of seven words",
    "dupe8": "the same of eight words",
    "dupe9": "the same of nine words",
    "dupe10": "the same of ten words",
    "code_lines": "lines with something else than comment and white space",
    "dupe_lines": "of these, lines that occur twice, white space aside; lines of one sign or of }, do not count",
    "replaced": "replacement characters, U+FFFD",
    "comment_chars": "characters in comments",
    "string_chars": "characters in strings, quotes included",
    "doc_chars": "of these, characters of strings in triple quotes that a line begins with",
    "long_strings": "lines with more than 20 words in strings",
    "long_word_chars": "characters in strings that belong to more than 20 without white space; URLs do not count",
    "hex_chars": "characters of hexadecimal numbers, 0x and digits",
    "todo_lines": "lines with todo, fixme or your code here in a comment",
    "assert_lines": "lines of code with assert",
    "import_lines": "lines of code that begin with import or from",
    "pass_lines": "lines of code that begin with pass",
    "print_lines": "lines of code that print: print, console., cout, writeline",
    "directive_lines": "lines of code that begin with #",
    "mains": "places where main is called or defined",
    "assignments": "signs = that are not part of a comparison or an arrow",
}


@dataclass(frozen=True, slots=True)
class Texture:
    """What was counted of n texts: int64[n, 30], a column for each of :data:`COLUMNS`; -1 where one was left alone."""

    counts: NDArray[np.int64]

    def __getitem__(self, column: str) -> NDArray[np.int64]:
        """Give one column."""
        return self.counts[:, list(COLUMNS).index(column)]


_TABLE: Final = FamilyTable(FAMILIES)


def texture(arena: NDArray[np.uint8], offsets: NDArray[np.int64], family: NDArray[np.uint8]) -> Texture:
    """Count in the texts ``arena[offsets[i]:offsets[i + 1]]``, which are UTF-8.

    ``family`` holds an id of :mod:`codestrata.kernels.families` for each, or ``SKIP``. Raises ValueError for ids that
    do not exist, MemoryError when memory runs out.
    """
    n = check_texts(arena, offsets)
    if family.dtype != np.uint8 or len(family) != n or np.any((family >= len(FAMILIES)) & (family != SKIP)):
        msg = "every text wants a uint8 id of a comment-syntax family"
        raise ValueError(msg)
    out = np.full((n, len(COLUMNS)), -1, np.int64)
    native = library()
    if native is None:
        for i in np.flatnonzero(family != SKIP).tolist():
            out[i] = texture_of(arena[offsets[i] : offsets[i + 1]].tobytes(), FAMILIES[family[i]])
    elif native.strata_texture(
        pointer(arena),
        pointer(offsets),
        ctypes.c_int64(n),
        pointer(family),
        pointer(_TABLE.holding(family)),
        pointer(out),
    ):
        raise MemoryError
    return Texture(out)
