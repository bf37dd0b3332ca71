"""Texts of many rows at once: what is the same in many is made once, and rows of several are laid end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.piled import piled
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
    told = [part[name] for name in parts[0] for part in parts]
    which, starts, stops, data = [], [], [], []
    pieces = size = 0
    for texts, some in told:
        which.append(some + pieces)
        starts.append(texts.offsets[:-1] + size)
        stops.append(texts.offsets[1:] + size)
        data.append(texts.data)
        pieces, size = pieces + len(texts), size + len(texts.data)
    rows = np.concatenate(which).reshape(len(parts[0]), -1)
    columns = piled(np.concatenate(data), np.concatenate(starts), np.concatenate(stops), rows, order)
    return {name: Varlen(*column, text=True) for name, column in zip(parts[0], columns, strict=True)}


def made(tree: Tree, nodes: Ints, how: Callable[[str], str]) -> Told:
    """Give a column of what is made of the text of each of some nodes; that of none is empty."""
    if not (nodes >= 0).any():
        return nothing(len(nodes))
    codes, names = numbered(tree, nodes)
    return Told(Varlen.of([how(name) for name in names]), codes)
