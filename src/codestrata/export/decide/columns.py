"""Working with columns of few distinct strings: as codes into a list of words while deciding, as strings at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column: row i says ``words[codes[i]]``. Every word is there once, in no order that means anything."""

    codes: NDArray[np.int32]
    words: list[str]

    @classmethod
    def of(cls, column: Varlen) -> Coded:
        """Number the words of a column."""
        codes, firsts = distinct(column.data, column.offsets[:-1], column.offsets[1:])
        return cls(codes.astype(np.int32), column.take(firsts).strings())

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
