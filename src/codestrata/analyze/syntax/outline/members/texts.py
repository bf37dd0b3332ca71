"""Texts of many rows at once: columns that are laid out together, and what nodes read as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree
from codestrata.kernels.phrases import Pieces
from codestrata.kernels.piled import piled
from codestrata.kernels.tidied import Tidy, tidied
from codestrata.store.columns import Varlen, blank


class Told(NamedTuple):
    """A column of text that is not yet laid out: some texts, and which of them each row says."""

    texts: Varlen
    which: Ints

    @classmethod
    def rows(cls, column: Varlen) -> Told:
        """Take a column as it is."""
        return cls(column, np.arange(len(column)))


_NOTHING = Varlen.empty(1)


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


def one_line(tree: Tree, nodes: Ints, how: Tidy) -> Told:
    """Give a column of the texts of some nodes, on one line, cut to a length; that of none is empty."""
    if not (nodes >= 0).any():
        return nothing(len(nodes))
    return Told.rows(Varlen(*tidied(tree.nodes.arena, *pieces(tree, nodes), how, LONGEST), text=True))


def whole(tree: Tree, texts: Pieces) -> Varlen:
    """Give a column of pieces of the bytes, as they are."""
    return tree.column(*texts, longest=len(tree.nodes.arena))


def pieces(tree: Tree, nodes: Ints) -> Pieces:
    """Give where the texts of some nodes are; that of none is empty."""
    starts = tree.start[nodes]
    return Pieces(starts, np.where(nodes >= 0, tree.end[nodes], starts))
