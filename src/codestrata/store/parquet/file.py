"""A Parquet file that grows by row groups."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from codestrata.kernels.strings import distinct
from codestrata.store.columns import Column, Columns, Varlen, rows
from codestrata.store.parquet.chunks import DICTIONARY, PLAIN, RLE, Chunk, Coded, encode
from codestrata.store.parquet.compact import Value, binary, boolean, i16, i32, i64, listed, struct
from codestrata.version import SOFTWARE

_MAGIC = b"PAR1"
_ZSTD = 6
#: Kind of a column → physical type and, where it says more, converted type (parquet.thrift, Type and ConvertedType).
_TYPES: Mapping[str, tuple[int, int | None]] = {
    "bool": (0, None),
    "int8": (1, 15),
    "int16": (1, 16),
    "int32": (1, None),
    "int64": (2, None),
    "uint8": (1, 11),
    "uint16": (1, 12),
    "uint32": (1, 13),
    "uint64": (2, 14),
    "float32": (4, None),
    "float64": (5, None),
    "text": (6, 0),
    "binary": (6, None),
}
#: Kind of a column of figures (NumPy's name of its type) → the type that its values are written as.
_WRITTEN = {"bool": "?", "float32": "<f4", "float64": "<f8", "int64": "<i8", "uint32": "<u4", "uint64": "<u8"}
_WRITTEN |= dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16"), "<i4")
#: Rows that are looked at to tell whether words repeat.
_LOOK = 1024
#: Rows of a row group; what DuckDB works on at a time.
_GROUP = 122_880


@dataclass(frozen=True, slots=True)
class Placed:
    """A chunk that lies in a file already, at a byte offset."""

    chunk: Chunk
    path: Path
    offset: int


@dataclass(slots=True)
class ParquetFile:
    """A file under way: ``columns`` are (name, kind), kinds as in table schemas. Close it to make it a Parquet file.

    ``sha256`` is that of all bytes written so far.
    """

    path: Path
    columns: Sequence[tuple[str, str]]
    rows: int = 0
    _file: BinaryIO = field(init=False)
    _at: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _groups: list[Value] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the file."""
        self._file = self.path.open("wb")
        self._write([_MAGIC])

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Close it; after an error what is there stays without a footer."""
        if kind is None:
            self.close()
        else:
            self._file.close()

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of the file so far."""
        return self._digest.hexdigest()

    def add(self, chunks: Sequence[Chunk | Sequence[Placed]]) -> list[int]:
        """Add a row group, a chunk for each column; gives the offset at which each chunk lies.

        Chunks that lie elsewhere, one after the other, make one chunk; none of them may have a page of words.
        """
        known = [item if isinstance(item, Chunk) else _joined(item) for item in chunks]
        starts, described = [], []
        for item, chunk, (name, kind) in zip(chunks, known, self.columns, strict=True):
            starts.append(self._at)
            self._write(_bytes(item))
            described.append(_column(name, kind, chunk, starts[-1]))
        sizes = sum(c.plain for c in known), sum(c.length for c in known)
        self._groups.append(_group(described, known[0].rows, sizes, starts[0], len(self._groups)))
        self.rows += known[0].rows
        return starts

    def close(self) -> None:
        """Write the footer."""
        footer = _footer(self.columns, self.rows, self._groups)
        self._write([footer, len(footer).to_bytes(4, "little"), _MAGIC])
        self._file.close()

    def _write(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._file.write(piece)
            self._digest.update(piece)
            self._at += len(piece)


def write_table(path: Path, columns: Columns) -> ParquetFile:
    """Write a whole table, text columns of few distinct words as words; the same rows give the same bytes."""
    count = rows(columns)
    with ParquetFile(path, [(name, _kind(column)) for name, column in columns.items()]) as file:
        for start in range(0, count, _GROUP):
            end = min(start + _GROUP, count)
            file.add([encode(part(column, start, end)) for column in columns.values()])
    return file


def _kind(column: Column) -> str:
    if isinstance(column, Varlen):
        return "text" if column.text else "binary"
    return column.dtype.name


def part(column: Column, start: int, end: int) -> Column | Coded:
    """Give the rows from start to end as they are written; it depends on nothing but these rows."""
    if isinstance(column, Varlen):
        rows_ = Varlen(column.offsets[start : end + 1], column.data, text=column.text)
        return Coded.of(rows_) if column.text and _repeats(rows_) else rows_
    return column[start:end].astype(_WRITTEN[column.dtype.name])


def _repeats(column: Varlen) -> bool:
    """Say whether a text column looks as if it had few distinct words, by its first rows."""
    first = column.offsets[:_LOOK]
    return 2 * len(distinct(column.data, first[:-1], first[1:])[1]) < len(first)


def _joined(items: Sequence[Placed]) -> Chunk:
    """Describe the chunk that several make."""
    parts = [item.chunk for item in items]
    if len(parts) == 1:
        return parts[0]
    if any(part.values for part in parts):
        msg = "chunks with words of their own cannot be joined"
        raise ValueError(msg)
    return Chunk(sum(p.rows for p in parts), sum(p.plain for p in parts), sum(p.length for p in parts))


def _bytes(item: Chunk | Sequence[Placed]) -> Iterable[bytes]:
    return item.pieces if isinstance(item, Chunk) else map(_read, item)


def _read(item: Placed) -> bytes:
    fd = os.open(item.path, os.O_RDONLY)
    try:
        found = os.pread(fd, item.chunk.length, item.offset)
    finally:
        os.close(fd)
    if len(found) != item.chunk.length:
        msg = f"{item.path} ends within a column chunk"
        raise OSError(msg)
    return found


def _column(name: str, kind: str, chunk: Chunk, offset: int) -> Value:
    """Write a ColumnChunk."""
    encodings = [PLAIN, RLE, DICTIONARY] if chunk.values else [PLAIN, RLE]
    about = {
        1: i32(_TYPES[kind][0]),
        2: listed([i32(e) for e in encodings]),
        3: listed([binary(name.encode())]),
        4: i32(_ZSTD),
        5: i64(chunk.rows),
        6: i64(chunk.plain),
        7: i64(chunk.length),
        9: i64(offset + chunk.values),
    }
    if chunk.values:
        about[11] = i64(offset)
    if chunk.low or chunk.high:
        edges = {5: binary(chunk.high), 6: binary(chunk.low), 7: boolean(True), 8: boolean(True)}  # noqa: FBT003
        about[12] = struct({3: i64(0), **edges})
    return struct({2: i64(0), 3: struct(about)})


def _group(columns: Sequence[Value], rows: int, sizes: tuple[int, int], offset: int, number: int) -> Value:
    """Write a RowGroup."""
    fields = {1: listed(columns), 2: i64(sizes[0]), 3: i64(rows), 5: i64(offset), 6: i64(sizes[1])}
    if number < 1 << 15:  # the field is a 16-bit integer, and may be left out
        fields[7] = i16(number)
    return struct(fields)


def _footer(columns: Sequence[tuple[str, str]], rows: int, groups: Sequence[Value]) -> bytes:
    """Write the FileMetaData."""
    fields = {
        1: i32(1),
        2: listed([struct({4: binary(b"schema"), 5: i32(len(columns))}), *(_element(*c) for c in columns)]),
        3: i64(rows),
        4: listed(groups) if groups else (9, b"\x0c"),
        6: binary(f"codestrata version {SOFTWARE}".encode()),
        7: listed([struct({1: struct({})})] * len(columns)),
    }
    return struct(fields)[1]


def _element(name: str, kind: str) -> Value:
    """Write a SchemaElement: a required leaf."""
    physical, converted = _TYPES[kind]
    fields = {1: i32(physical), 3: i32(0), 4: binary(name.encode())}
    if converted is not None:
        fields[6] = i32(converted)
    if kind == "text":
        fields[10] = struct({1: struct({})})
    return struct(fields)
