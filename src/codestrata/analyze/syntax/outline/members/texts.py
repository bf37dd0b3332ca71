"""Texts of many rows at once: what is the same in many is made once, and rows of several are laid end to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.strings import gather
from codestrata.store.columns import Varlen, concat


class Told(NamedTuple):
    """A column of text that is not yet laid out: some texts, and which of them each row says."""

    texts: Varlen
    which: Ints

    @classmethod
    def rows(cls, column: Varlen) -> Told:
        """Take a column as it is."""
        return cls(column, np.arange(len(column)))


_NOTHING = Varlen.of([""])


def nothing(rows: int) -> Told:
    """Give a column of empty texts."""
    return Told(_NOTHING, np.zeros(rows, np.int64))


def laid(parts: Sequence[dict[str, Told]], order: Ints) -> dict[str, Varlen]:
    """Lay out columns whose rows come in parts: end to end, then in an order."""
    texts = concat([{name: told.texts for name, told in part.items()} for part in parts])
    columns = {}
    for name, column in texts.items():
        before, which = 0, []
        for part in parts:
            which.append(part[name].which + before)
            before += len(part[name].texts)
        assert isinstance(column, Varlen)  # noqa: S101 -- texts are
        columns[name] = column.take(np.concatenate(which)[order])
    return columns


def made(tree: Tree, nodes: Ints, how: Callable[[str], str]) -> Told:
    """Give a column of what is made of the text of each of some nodes; that of none is empty."""
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
