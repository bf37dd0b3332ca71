"""Pieces: columns of text, some rows of which are written otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from codestrata.analyze.syntax.outline.written import Ints
from codestrata.store.columns import Varlen, concat, take


def changed(column: Varlen, rows: Ints, texts: Sequence[str]) -> Varlen:
    """Give a column in which some rows say something else."""
    if not len(rows):
        return column
    order = np.arange(len(column))
    order[rows] = len(column) + np.arange(len(rows))
    both = take(concat([{"": column}, {"": Varlen.of(texts)}]), order)[""]
    return Varlen(both.offsets, both.data, text=True) if isinstance(both, Varlen) else column
