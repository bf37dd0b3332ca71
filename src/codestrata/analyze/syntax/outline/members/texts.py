"""Texts of many rows at once: what is the same in many is made once, and rows of several are laid end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.strings import gather
from codestrata.store.columns import Varlen, blank


class Told(NamedTuple):
    """A column of text that is not yet laid out: some texts, and which of them each row says."""

    texts: Varlen
    which: Ints

    @classmethod
    def rows(cls, column: Varlen) -> Told:
        """Take a column as it is."""
        return cls(column, np.arange(len(column)))


_NOTHING = Varlen(np.zeros(2, np.int64), np.zeros(0, np.uint8), text=True)


def nothing(rows: int) -> Told:
    """Give a column of empty texts."""
    return Told(_NOTHING, np.zeros(rows, np.int64))


def nothing_of(tree: Tree, names: Iterable[str]) -> Rows:
    """Give no rows of a table with some columns of text, and with places."""
    none = np.zeros(0, np.int64)
    return Rows(none, {**{name: blank(0, "text") for name in names}, **tree.range_columns(none, none, none)})


def laid(parts: Sequence[dict[str, Told]], order: Ints | None = None) -> dict[str, Varlen]:
    """Lay out columns whose rows come in parts, end to end, then in an order: all columns at once."""
    names, told = list(parts[0]), [part[name] for name in parts[0] for part in parts]
    pools = [one.texts for one in told]
    offsets = np.concatenate(([0], *(np.diff(pool.offsets) for pool in pools))).cumsum()
    data = np.concatenate([pool.data[pool.offsets[0] : pool.offsets[-1]] for pool in pools])
    before = accumulate((len(pool) for pool in pools), initial=0)
    which = np.concatenate([one.which + row for one, row in zip(told, before, strict=False)]).reshape(len(names), -1)
    rows = which.shape[1]
    every = Varlen(offsets, data, text=True).take((which if order is None else which[:, order]).ravel())
    columns = {}
    for k, name in enumerate(names):
        bounds = every.offsets[k * rows : (k + 1) * rows + 1]
        columns[name] = Varlen(bounds - bounds[0], every.data[bounds[0] : bounds[-1]].copy(), text=True)
    return columns


def made(tree: Tree, nodes: Ints, how: Callable[[str], str]) -> Told:
    """Give a column of what is made of the text of each of some nodes; that of none is empty."""
    if not (nodes >= 0).any():
        return nothing(len(nodes))
    codes, names = numbered(tree, nodes)
    return Told(Varlen.of([how(name) for name in names]), codes)


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
