"""Columns: a table in memory as flat buffers, shared with DuckDB through the Arrow C data interface without a copy.

A table is ``dict[str, np.ndarray | Varlen]``: fixed-width columns are one-dimensional NumPy arrays (bool, integers,
floats), text and bytes are :class:`Varlen`. There are no nulls: absence is ``""`` or ``-1``.
Source: Arrow columnar format 1.x, "Variable-size Binary Layout" and "C Stream Interface".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import nanoarrow as na
import numpy as np
from nanoarrow.c_array import c_array_from_buffers
from nanoarrow.c_array_stream import c_array_stream
from numpy.typing import NDArray

from codestrata.kernels.strings import chosen

_ARROW = {
    "b1": na.bool_(),
    "i1": na.int8(),
    "i2": na.int16(),
    "i4": na.int32(),
    "i8": na.int64(),
    "u1": na.uint8(),
    "u2": na.uint16(),
    "u4": na.uint32(),
    "u8": na.uint64(),
    "f4": na.float32(),
    "f8": na.float64(),
}


class Varlen:
    """A column of byte strings: ``data[offsets[i]:offsets[i + 1]]`` is row i.

    offsets: int64[n + 1], rising; data: uint8[offsets[-1]]. ``text`` promises that every row is valid UTF-8.
    """

    __slots__ = ("data", "offsets", "text")

    def __init__(self, offsets: NDArray[np.int64], data: NDArray[np.uint8], *, text: bool) -> None:
        self.offsets = np.ascontiguousarray(offsets, np.int64)
        self.data = np.ascontiguousarray(data, np.uint8)
        self.text = text

    @classmethod
    def of(cls, rows: Iterable[str] | Iterable[bytes], *, text: bool = True) -> Varlen:
        """Lay strings end to end; ``str`` is encoded as UTF-8."""
        raw: list[Any] = list(rows)
        plain = bool(raw) and isinstance(raw[0], str)
        if plain and not all(map(str.isascii, raw)):  # joined as str, one letter would make every other as wide
            raw, plain = [row.encode() for row in raw], False
        data = "".join(raw).encode() if plain else b"".join(raw)
        offsets = np.zeros(len(raw) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, raw), np.int64, len(raw)), out=offsets[1:])
        return cls(offsets, np.frombuffer(data, np.uint8), text=text)

    @classmethod
    def empty(cls, count: int, *, text: bool = True) -> Varlen:
        """Give rows that say nothing."""
        return cls(np.zeros(count + 1, np.int64), np.zeros(0, np.uint8), text=text)

    @classmethod
    def fixed(cls, rows: NDArray[np.uint8]) -> Varlen:
        """Take an (n, width) array of bytes as n byte strings of the same length."""
        n, width = rows.shape
        return cls(np.arange(n + 1, dtype=np.int64) * width, np.ascontiguousarray(rows).reshape(-1), text=False)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> bytes:
        """Give row i as bytes."""
        return self.data[self.offsets[i] : self.offsets[i + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        """Give every row as bytes."""
        whole = self.data.tobytes()
        bounds = self.offsets.tolist()
        for a, b in itertools.pairwise(bounds):
            yield whole[a:b]

    def strings(self) -> list[str]:
        """Give every row as ``str``; the column must be text."""
        whole = self.data.tobytes()
        if not whole.isascii():
            return [row.decode() for row in self]
        letters = whole.decode("ascii")
        return [letters[a:b] for a, b in itertools.pairwise(self.offsets.tolist())]

    def matrix(self, width: int) -> NDArray[np.uint8]:
        """View rows of one common length as an (n, width) array."""
        return self.data[self.offsets[0] : self.offsets[-1]].reshape(-1, width)

    def take(self, indices: NDArray[np.integer[Any]]) -> Varlen:
        """Give the named rows, in the order named."""
        offsets, data = chosen(self.data, self.offsets, indices)
        return Varlen(offsets, data, text=self.text)


Column = NDArray[Any] | Varlen
Columns = dict[str, Column]


def column(values: Sequence[Any], kind: str) -> Column:
    """Make a column of Python values: ``text``, ``binary``, or a NumPy type by its name."""
    return Varlen.of(values, text=kind == "text") if kind in {"text", "binary"} else np.array(values, kind)


_ABSENT: dict[str, object] = {"bool": False, "uint64": 0, "float32": 0.0}


def blank(count: int, kind: str) -> Column:
    """Give a column of ``text``, ``binary`` or a NumPy type that says nothing: absence is "", -1, 0.0 or false."""
    if kind in {"text", "binary"}:
        return Varlen.empty(count, text=kind == "text")
    return np.full(count, _ABSENT.get(kind, -1), kind)


def rows(columns: Columns) -> int:
    """Count the rows of a table; all columns must agree."""
    lengths = {len(c) for c in columns.values()}
    if len(lengths) != 1:
        msg = f"columns differ in length: { {k: len(v) for k, v in columns.items()} }"
        raise ValueError(msg)
    return lengths.pop()


def take(columns: Columns, indices: NDArray[np.integer[Any]]) -> Columns:
    """Give the named rows of every column."""
    return {k: v.take(indices) if isinstance(v, Varlen) else v[indices] for k, v in columns.items()}


def concat(parts: Sequence[Columns]) -> Columns:
    """Put tables of the same columns end to end."""
    first = parts[0]
    if len(parts) == 1:
        return first
    out: Columns = {}
    for name, head in first.items():
        if isinstance(head, Varlen):
            out[name] = joined([p[name] for p in parts])  # type: ignore[misc]
        else:
            out[name] = np.concatenate([p[name] for p in parts])
    return out


def joined(pieces: Sequence[Varlen]) -> Varlen:
    """Put columns of texts end to end; their offsets are moved, as they need not be summed up again."""
    offsets = np.zeros(sum(map(len, pieces)) + 1, np.int64)
    data: list[NDArray[np.uint8]] = []
    row = end = 0
    for piece in pieces:
        first, last = int(piece.offsets[0]), int(piece.offsets[-1])
        np.add(piece.offsets, end - first, out=offsets[row : row + len(piece) + 1])
        data.append(piece.data[first:last])
        row, end = row + len(piece), end + last - first
    return Varlen(offsets, np.concatenate(data), text=pieces[0].text)


class ArrowTable:
    """A table as DuckDB takes it: an object with ``__arrow_c_stream__`` over the same buffers."""

    def __init__(self, columns: Columns) -> None:
        count = rows(columns)
        children, schema = [], {}
        for name, column in columns.items():
            schema[name], child = _child(column, count)
            children.append(child)
        self._array = c_array_from_buffers(na.struct(schema), count, [None], children=children, null_count=0)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand over one batch."""
        return c_array_stream(self._array).__arrow_c_stream__()


def _child(column: Column, count: int) -> tuple[Any, Any]:
    if isinstance(column, Varlen):
        kind = na.large_string() if column.text else na.large_binary()
        return kind, c_array_from_buffers(kind, count, [None, column.offsets, column.data], null_count=0)
    kind = _ARROW[column.dtype.str[1:]]
    if column.dtype == np.bool_:
        buffer: NDArray[Any] = np.packbits(column, bitorder="little")
    else:
        buffer = np.ascontiguousarray(column)
    return kind, c_array_from_buffers(kind, count, [None, buffer], null_count=0)


def from_arrow(stream: object) -> Columns:
    """Read everything an Arrow stream holds; nulls become ``""``, 0 or false."""
    source = c_array_stream(stream)
    schema = source.get_schema()
    names = [schema.child(i).name for i in range(schema.n_children)]
    formats = [schema.child(i).format for i in range(schema.n_children)]
    batches = [[_column(array.child(i), f) for i, f in enumerate(formats)] for array in source]
    if not batches:
        return {name: _empty(f) for name, f in zip(names, formats, strict=True)}
    return concat([dict(zip(names, batch, strict=True)) for batch in batches])


_NUMPY = {"c": "i1", "s": "i2", "i": "i4", "l": "i8", "C": "u1", "S": "u2", "I": "u4", "L": "u8", "f": "f4", "g": "f8"}
_VARLEN = {"U": True, "Z": False}


def _empty(kind: str) -> Column:
    if kind in _VARLEN:
        return Varlen(np.zeros(1, np.int64), np.zeros(0, np.uint8), text=_VARLEN[kind])
    return np.zeros(0, np.bool_ if kind == "b" else _NUMPY[kind])


def _column(array: Any, kind: str) -> Column:
    view, n, skip = array.view(), array.length, array.offset
    if kind in _VARLEN:
        offsets = np.asarray(view.buffer(1))[skip : skip + n + 1] if n else np.zeros(1, np.int64)
        data = np.frombuffer(view.buffer(2), np.uint8) if view.buffer(2).size_bytes else np.zeros(0, np.uint8)
        base = offsets[0]
        return Varlen(offsets - base, data[base : offsets[-1]], text=_VARLEN[kind])
    if kind == "b":
        bits = np.frombuffer(view.buffer(1), np.uint8) if n else np.zeros(0, np.uint8)
        return np.unpackbits(bits, bitorder="little")[skip : skip + n].astype(np.bool_)
    if kind not in _NUMPY:
        msg = f"Arrow type {kind!r} has no column form here"
        raise TypeError(msg)
    values = np.asarray(view.buffer(1))[skip : skip + n] if n else np.zeros(0, _NUMPY[kind])
    return np.array(values, _NUMPY[kind])
