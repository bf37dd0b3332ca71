"""Pieces: columns of text, asked and changed without a string for each row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.written import Bools, Ints
from codestrata.kernels.before import before
from codestrata.store.columns import Varlen, joined

_FOREIGN = np.arange(256) >= 0x80  # noqa: PLR2004 - ASCII ends there


def changed(column: Varlen, rows: Ints, texts: Sequence[str]) -> Varlen:
    """Give a column in which some rows say something else."""
    if not len(rows):
        return column
    which = np.arange(len(column))
    which[rows] = len(column) + np.arange(len(rows))
    return joined([column, Varlen.of(texts)]).take(which)


def foreign(column: Varlen) -> Bools:
    """Say which rows are not ASCII."""
    return holding(column, _FOREIGN)


def holding(column: Varlen, bytes_: Bools) -> Bools:
    """Say which rows hold one of some bytes, given as a table of 256."""
    found = np.zeros(len(column), np.bool_)
    found[before(column.offsets, np.flatnonzero(bytes_[column.data]) + 1) - 1] = True
    return found


def heads(column: Varlen) -> NDArray[np.uint8]:
    """Give the first byte of each row; 0 of an empty one."""
    found = np.append(column.data, [0]).astype(np.uint8)[column.offsets[:-1]]
    found[column.offsets[1:] == column.offsets[:-1]] = 0
    return np.asarray(found, np.uint8)


def capital(column: Varlen) -> Bools:
    """Say which rows begin with a capital."""
    first = heads(column)
    found = (first >= ord("A")) & (first <= ord("Z"))
    for i in np.flatnonzero(first >= 0x80).tolist():  # noqa: PLR2004 - ASCII ends there
        found[i] = column[i].decode()[:1].isupper()
    return found


def equal(column: Varlen, text: bytes) -> Bools:
    """Say which rows are some text."""
    found: Bools = np.diff(column.offsets) == len(text)
    rows = np.flatnonzero(found)
    letters = column.data[column.offsets[rows][:, None] + np.arange(len(text))]
    found[rows] = (letters == np.frombuffer(text, np.uint8)).all(axis=1)
    return found


def ending(paths: Varlen, names: Varlen, rows: Ints) -> Bools:
    """Say of some rows whether the last name of a path with dots is some name."""
    stop, size = paths.offsets[rows + 1], np.diff(names.offsets)[rows]
    start = stop - size
    fits = start >= paths.offsets[rows]
    at = np.flatnonzero(fits & (size > 0))
    fits[at] = paths.data[stop[at] - 1] == names.data[names.offsets[rows[at] + 1] - 1]  # before they are read
    for i in np.flatnonzero(fits).tolist():
        row = int(rows[i])
        fits[i] = paths[row].rpartition(b".")[2] == names[row]
    return fits


class Letters:
    """The rows of a column of text, to be read one by one: nothing is made of those that nobody asks for."""

    def __init__(self, column: Varlen) -> None:
        self._column = column

    def __len__(self) -> int:
        """Count them."""
        return len(self._column)

    def __getitem__(self, row: int) -> str:
        """Give the text of a row."""
        whole, offsets = self._whole
        return whole[offsets[row] : offsets[row + 1]].decode()

    @cached_property
    def _whole(self) -> tuple[bytes, memoryview]:
        return self._column.data.tobytes(), self._column.offsets.data
