"""What a format is, and what the formats of rows share: hashed files, rows as Python has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from codestrata.store.columns import Column, Columns, Varlen, rows, take
from codestrata.store.schema import Field

#: Text that becomes Python objects at once, in bytes.
AT_ONCE = 4_000_000


class Sink(Protocol):
    """A file under way. In a ``with`` block it is closed whatever happens; ``close`` alone makes it a whole file."""

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""

    def write(self, columns: Columns) -> None:
        """Add rows: the columns of its fields; one row at least."""

    def close(self) -> str:
        """Make it a whole file; gives its SHA-256."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how its files end, the loader of Hugging Face datasets, media type, and how a file is begun.

    ``begin`` takes a path, the fields and the level of zstd, which only ``packed`` formats heed.
    """

    suffix: str
    loader: str
    media: str
    begin: Callable[[Path, Sequence[Field], int], Sink]
    packed: bool = False


class Hashed:
    """What formats of rows are made on: a file that is hashed as it is written."""

    def __init__(self, path: Path, fields: Sequence[Field], level: int) -> None:
        self._names = [field.name for field in fields]
        self._level = level
        self._file = path.open("wb", buffering=0)
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._file.close()

    def put(self, data: bytes) -> None:
        """Write, and hash."""
        self._digest.update(data)
        view = memoryview(data)
        while view:  # a disk that is nearly full takes some of it first
            view = view[self._file.write(view) :]

    def close(self) -> str:
        """Close it; gives the SHA-256 of all that was written."""
        self._file.close()
        return self._digest.hexdigest()


def records(columns: Columns, names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Give rows as tuples of Python values in the order of ``names``, a few megabytes of text at a time."""
    for start, end in _parts(columns):
        few = take(columns, np.arange(start, end))
        yield list(zip(*(_values(few[name]) for name in names), strict=True))


def _parts(columns: Columns) -> Iterator[tuple[int, int]]:
    count = rows(columns)
    sizes = np.zeros(count, np.int64)
    for column in columns.values():
        sizes += np.diff(column.offsets) if isinstance(column, Varlen) else column.dtype.itemsize
    ends = np.concatenate([[0], np.cumsum(sizes)])
    start = 0
    while start < count:
        end = max(start + 1, int(np.searchsorted(ends, ends[start] + AT_ONCE, side="right")) - 1)
        yield start, end
        start = end


def _values(column: Column) -> list[Any]:
    if isinstance(column, Varlen):
        return column.strings()
    return _short(column) if column.dtype == np.float32 else column.tolist()


def _short(column: NDArray[np.float32]) -> list[float]:
    """Give single floats as the shortest decimal that means them: 0.99, not 0.9900000095367432."""
    words, codes = np.unique(column, return_inverse=True)
    meant = [float(str(word)) for word in words]
    return [meant[k] for k in codes.tolist()]
