"""Prose: the words of a licence text that count, see :mod:`codestrata.kernels.prose`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.prose import prose


class Prose(NamedTuple):
    """Words joined by spaces; word i begins at ``text[starts[i]]``, the next one would at the last of ``starts``."""

    text: str
    starts: NDArray[np.int64]

    def between(self, start: int, end: int) -> str:
        """Give the words start to end (excluded), joined; "" for none of them."""
        first, stop = (int(self.starts[min(i, len(self.starts) - 1)]) for i in (start, end))
        return self.text[first : max(stop - 1, first)]


def read(text: str) -> Prose:
    """Read the words of a text."""
    return Prose(*prose(text))


def words(text: str) -> list[str]:
    """Give the words of a licence text that count, in order, in lower case."""
    return prose(text)[0].split()
