"""Column chunks: a column's rows of one row group, encoded into pages and compressed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.strings import distinct, gather
from codestrata.store.columns import Column, Varlen
from codestrata.store.parquet.compact import i32, struct, varint

if TYPE_CHECKING:
    import zstandard

#: Bytes of a page before compression, about: what the format's own documentation and its writers use.
PAGE = 1 << 20
#: zstd level 1 writes source text in 57 % of the time that level 3 takes; files are 12 % larger (docs/performance.md).
LEVEL = 1
#: How values are encoded (parquet.thrift, Encoding).
PLAIN, RLE, DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
#: A run of the hybrid encoding is made of groups of so many values.
_GROUP = 8
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column of few distinct words: row i says ``words[codes[i]]``; every word is used, in a fixed order."""

    codes: NDArray[np.int64]
    words: Varlen

    @classmethod
    def of(cls, column: Varlen) -> Coded:
        """Number the words of a column as they first appear."""
        codes, firsts = distinct(column.data, column.offsets[:-1], column.offsets[1:])
        return cls(codes.astype(np.int64), column.take(firsts))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Chunk:
    """An encoded column chunk.

    rows; plain: bytes of its pages before compression, headers included; length: bytes after it; values: where the
    first page of values begins in the chunk, after the page of words if there is one; low, high: the smallest and the
    largest value as Parquet writes them, empty when nobody counted; pieces: the bytes.
    """

    rows: int
    plain: int
    length: int
    values: int = 0
    low: bytes = b""
    high: bytes = b""
    pieces: Sequence[bytes] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Prefixed:
    """Strings as a page holds them, each behind its length: string i is ``body[places[i]:places[i] + lengths[i]]``."""

    body: NDArray[np.uint8]
    places: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of_lengths(cls, lengths: NDArray[np.int64]) -> Prefixed:
        """Make room for strings of these lengths; they are still to be put in their places."""
        places = np.cumsum(lengths + _LENGTH) - lengths
        body = np.empty(int(places[-1] + lengths[-1]) if len(lengths) else 0, np.uint8)
        prefixes = lengths.astype("<u4").view(np.uint8).reshape(-1, _LENGTH)
        body[(places - _LENGTH)[:, None] + np.arange(_LENGTH)] = prefixes
        return cls(body, places, lengths)

    @classmethod
    def of(cls, column: Varlen) -> Prefixed:
        """Lay a column's strings out."""
        out = cls.of_lengths(np.diff(column.offsets))
        gather(column.data, column.offsets[:-1], out.lengths, out.body, out.places)
        return out

    def __len__(self) -> int:
        """Count the strings."""
        return len(self.lengths)


def encode(column: Column | Coded | Prefixed) -> Chunk:
    """Encode a column of at least one row."""
    if isinstance(column, Coded):
        return _chunk(len(column), _coded(column), *_bounds(list(column.words)))
    if isinstance(column, Varlen):
        return encode(Prefixed.of(column))
    if isinstance(column, Prefixed):
        return _chunk(len(column), _strings(column))
    return _chunk(len(column), _fixed(column), *_edges(column))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page before compression: how many values it has, how they are encoded."""

    kind: int
    values: int
    encoding: int
    body: memoryview | bytes


def _chunk(rows: int, pages: Iterator[_Page], low: bytes = b"", high: bytes = b"") -> Chunk:
    pieces: list[bytes] = []
    plain = length = start = 0
    for page in pages:
        body = _compressor().compress(page.body)
        head = _head(page, len(body))
        pieces += [head, body]
        plain += len(head) + len(page.body)
        length += len(head) + len(body)
        start = length if page.kind == _DICTIONARY_PAGE else start
    return Chunk(rows, plain, length, start, low, high, pieces)


_own = threading.local()


def _compressor() -> zstandard.ZstdCompressor:
    """Give this thread's compressor: one cannot serve two threads at once."""
    if not hasattr(_own, "compressor"):
        import zstandard

        _own.compressor = zstandard.ZstdCompressor(level=LEVEL)
    made: zstandard.ZstdCompressor = _own.compressor
    return made


def _head(page: _Page, compressed: int) -> bytes:
    """Write a PageHeader."""
    about = {1: i32(page.values), 2: i32(page.encoding)}
    if page.kind == _DATA_PAGE:
        about |= {3: i32(RLE), 4: i32(RLE)}
    where = 7 if page.kind == _DICTIONARY_PAGE else 5
    fields = {1: i32(page.kind), 2: i32(len(page.body)), 3: i32(compressed), where: struct(about)}
    return struct(fields)[1]


def _fixed(column: NDArray[Any]) -> Iterator[_Page]:
    body = np.packbits(column, bitorder="little") if column.dtype == np.bool_ else np.ascontiguousarray(column)
    step = max(_GROUP, PAGE // column.dtype.itemsize // _GROUP * _GROUP)
    size = body.nbytes
    whole = body.view(np.uint8).data
    for first in range(0, len(column), step):
        last = min(first + step, len(column))
        low, high = (n * size // len(column) if column.dtype != np.bool_ else -(-n // _GROUP) for n in (first, last))
        yield _Page(_DATA_PAGE, last - first, PLAIN, whole[low:high])


def _strings(column: Prefixed) -> Iterator[_Page]:
    whole, first = column.body.data, 0
    starts = column.places - _LENGTH
    while first < len(column):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + PAGE, side="left")))
        end = starts[last] if last < len(column) else len(whole)
        yield _Page(_DATA_PAGE, last - first, PLAIN, whole[starts[first] : end])
        first = last


def _coded(column: Coded) -> Iterator[_Page]:
    yield _Page(_DICTIONARY_PAGE, len(column.words), PLAIN, Prefixed.of(column.words).body.data)
    width = max(1, (len(column.words) - 1).bit_length())
    yield _Page(_DATA_PAGE, len(column), DICTIONARY, bytes([width]) + _hybrid(column.codes, width))


def _hybrid(codes: NDArray[np.int64], width: int) -> bytes:
    """Write codes of ``width`` bits: one run of the same, or one run of packed ones (RLE and bit-packing hybrid)."""
    if (codes == codes[0]).all():
        return varint(len(codes) << 1) + int(codes[0]).to_bytes(-(-width // 8), "little")
    groups = -(-len(codes) // _GROUP)
    padded = np.zeros(groups * _GROUP, np.int64)
    padded[: len(codes)] = codes
    bits = (padded[:, None] >> np.arange(width)) & 1
    return varint(groups << 1 | 1) + np.packbits(bits.astype(np.uint8), bitorder="little").tobytes()


def _edges(column: NDArray[Any]) -> tuple[bytes, bytes]:
    """Give the smallest and largest value, or nothing where order says little (truth values) or nothing (NaN)."""
    low, high = column.min(), column.max()
    if column.dtype == np.bool_ or low != low or high != high:  # noqa: PLR0124 -- NaN is what differs from itself
        return b"", b""
    return np.array([low], column.dtype).tobytes(), np.array([high], column.dtype).tobytes()


def _bounds(words: Sequence[bytes]) -> tuple[bytes, bytes]:
    return min(words), max(words)
