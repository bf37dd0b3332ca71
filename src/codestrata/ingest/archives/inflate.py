"""Inflated: the decompressed bytes of a tar, read forward only, counted as they come, bounded in memory.

Multi-stream files (several gzip members, xz streams, zstd frames end to end) are one file; a file that stops in the
middle is damaged. Sources: RFC 1952 (gzip), the .xz file format 1.2.1, RFC 8878 (zstd).
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

from codestrata.errors import DamagedRepository, LimitExceeded
from codestrata.ingest.archives.entries import CHUNK

#: What a file starts with → what it is. Zip files may also be empty or spanned.
MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_MAGIC_LENGTH = 6
#: Memory a decompressor may use: the xz presets need 65 MiB at most, zstd --ultra 128 MiB.
_MEMORY = 256 << 20
_WINDOW = 128 << 20


class Decoder(Protocol):
    """A decompressor of one stream, as in zlib, bz2 and lzma."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Take input, give at most ``max_length`` bytes."""


class _Zstd:
    """A zstd frame behind the same interface; fed in small pieces because its output cannot be bounded otherwise."""

    _PIECE = 4 << 10

    def __init__(self) -> None:
        import zstandard

        self._frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self.eof = False
        self.unused_data = b""
        self.unconsumed_tail = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = bytearray()
        at = 0
        while at < len(data) and not self.eof and len(out) < max_length:
            out += self._frame.decompress(data[at : at + self._PIECE])
            at = min(at + self._PIECE, len(data))
            self.eof = self._frame.eof
        if self.eof:
            self.unused_data = self._frame.unused_data + data[at:]
        else:
            self.unconsumed_tail = data[at:]
        return bytes(out)


_DECODERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
    "zstd": _Zstd,
}


def kind_of(head: bytes) -> str:
    """Say what a file is by its first bytes: gzip, bzip2, xz, zstd, zip, or "plain" for anything else."""
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), "plain")


class Inflated:
    """A forward-only file over decompressed bytes. ``max_bytes`` is the most it ever gives."""

    def __init__(self, file: BinaryIO, kind: str, max_bytes: int, where: str) -> None:
        self.position = 0
        self.last = b""
        self._pieces = _plain(file) if kind == "plain" else _streams(file, _DECODERS[kind], kind)
        self._piece = memoryview(b"")
        self._max = max_bytes
        self._where = where

    def read(self, size: int) -> bytes:
        """Give the next bytes: ``size`` of them, fewer only at the end. One read is at most 1 MiB."""
        if not 0 <= size <= CHUNK:
            raise LimitExceeded(f"a header of {size} bytes", where=self._where)
        out = bytearray()
        while len(out) < size and self._more():
            take = self._piece[: size - len(out)]
            out += take
            self._piece = self._piece[len(take) :]
        self.position += len(out)
        self.last = bytes(out)
        return self.last

    def tell(self) -> int:
        """Give the number of bytes read so far."""
        return self.position

    def seek(self, position: int, whence: int = 0) -> int:
        """Skip forward to a position."""
        if whence or position < self.position:
            raise DamagedRepository("the archive points backwards", where=self._where)
        while self.position < position and self._more():
            step = min(position - self.position, len(self._piece))
            self._piece = self._piece[step:]
            self.position += step
        return self.position

    def _more(self) -> bool:
        """Make sure that there is a piece to take from; False at the end."""
        if self._piece:
            return True
        try:
            self._piece = memoryview(next(self._pieces, b""))
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise DamagedRepository(f"cannot be decompressed: {error}", where=self._where) from error
        self._max -= len(self._piece)
        if self._max < 0:
            raise LimitExceeded(
                "holds more bytes than allowed", where=self._where, hint="raise ingest.limits.max_bytes"
            )
        return bool(self._piece)


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while data := file.read(CHUNK):
        yield data


def _streams(file: BinaryIO, new: Callable[[], Decoder], kind: str) -> Iterator[bytes]:
    """Decompress stream after stream; what follows the last one (padding, garbage) is not part of it."""
    data = file.read(CHUNK)
    while data:
        decoder = new()
        while not decoder.eof:
            ended = False
            if not data and getattr(decoder, "needs_input", True):
                data = file.read(CHUNK)
                ended = not data
            out = _decompress(decoder, data)
            data = getattr(decoder, "unconsumed_tail", b"")
            if out:
                yield out
            elif ended and not decoder.eof:
                raise EOFError("it is cut short")
        data = decoder.unused_data.lstrip(b"\0")
        if len(data) < _MAGIC_LENGTH:
            data = (data + file.read(CHUNK)).lstrip(b"\0")
        if kind_of(data) != kind:
            return


def _decompress(decoder: Decoder, data: bytes) -> bytes:
    try:
        return decoder.decompress(data, CHUNK)
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise ValueError(str(error)) from error
        raise
