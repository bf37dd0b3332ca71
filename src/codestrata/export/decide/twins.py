"""Twins: for each file that is a duplicate the one that is kept in its place, here or in an earlier dataset."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codestrata.store.columns import Columns


@dataclass(frozen=True, slots=True)
class Twins:
    """Per file the row of its kept twin (int64, -1: none) and their exact Jaccard (float64, -1: none).

    ``old``: the row in ``earlier`` of a twin that an earlier dataset has (-1: none); earlier has the columns repository
    (text), path and blob (binary).
    """

    row: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    old: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    earlier: Columns = field(default_factory=dict)

    @classmethod
    def none(cls, count: int) -> Twins:
        """Give the answer where nobody has one."""
        return cls(np.full(count, -1, np.int64), np.full(count, -1.0))
