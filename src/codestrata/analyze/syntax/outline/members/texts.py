"""Texts of many rows at once: what is the same in many is made once, and rows of several are laid end to end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.strings import gather
from codestrata.store.columns import Varlen


def made(tree: Tree, nodes: Ints, how: Callable[[str], str]) -> Varlen:
    """Give a column of what is made of the text of each of some nodes; that of none is empty."""
    codes, names = numbered(tree, nodes)
    return Varlen.of([how(name) for name in names]).take(codes)


def joined(pieces: Varlen, which: Ints, row: Ints, rows: int) -> Varlen:
    """Give a column of pieces, joined by commas: piece ``which[k]`` belongs to ``row[k]``, which rises."""
    sizes = np.diff(pieces.offsets)[which] + 1
    before = np.concatenate(([0], np.cumsum(sizes)))
    count = np.bincount(row, minlength=rows)
    first = np.concatenate(([0], np.cumsum(count)))
    offsets = np.zeros(rows + 1, np.int64)
    np.cumsum(before[first[1:]] - before[first[:-1]] - (count > 0), out=offsets[1:])
    data = np.full(offsets[-1], ord(","), np.uint8)
    places = before[:-1] - before[first[:-1]][row] + offsets[:-1][row]
    gather(pieces.data, pieces.offsets[which], sizes - 1, data, places)
    return Varlen(offsets, data, text=pieces.text)


def ranks(row: Ints) -> Ints:
    """Number what belongs to rows, which rise, within each row, from 0."""
    new: NDArray[np.bool_] = np.diff(row, prepend=-1) != 0
    place = np.arange(len(row))
    return place - np.maximum.accumulate(np.where(new, place, 0))
