"""Numbers of a column: the distinct ones. ``np.unique`` hashes, which costs more, and imports masked arrays for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


def unique(values: Int64s) -> Int64s:
    """Give the distinct values, rising."""
    return _first(np.sort(values))


def numbered(values: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Give the distinct values, rising, where each comes first, and which of them each value is: int64 all."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.ones(len(values), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    which = np.empty(len(values), np.int64)
    which[order] = np.cumsum(new) - 1
    return ordered[new], order[new], which


def _first(ordered: Int64s) -> Int64s:
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def member(values: Int64s, known: Int64s) -> NDArray[np.bool_]:
    """Say of each value whether it is among some known ones."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    ordered = np.sort(known)
    found = ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values
    return np.asarray(found, np.bool_)
