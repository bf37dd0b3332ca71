"""JSON: an object on each line (jsonlines.org), the same under zstd (RFC 8878), or one array (RFC 8259)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from codestrata.export.write.formats.base import Hashed, records
from codestrata.store.columns import Columns
from codestrata.store.schema import Field


class Lines(Hashed):
    """JSON Lines."""

    _encode = staticmethod(msgspec.json.Encoder().encode)

    def write(self, columns: Columns) -> None:
        """Add a line for each row."""
        for part in records(columns, self._names):
            self.put(b"".join(self._line(row) for row in part))

    def _line(self, row: tuple[Any, ...]) -> bytes:
        return self._encode(dict(zip(self._names, row, strict=True))) + b"\n"


class Packed(Lines):
    """JSON Lines in one zstd frame with a checksum."""

    def __init__(self, path: Path, fields: Sequence[Field], level: int) -> None:
        super().__init__(path, fields, level)
        import zstandard

        self._packer = zstandard.ZstdCompressor(level=level, write_checksum=True).compressobj()

    def put(self, data: bytes) -> None:
        """Pack, and write."""
        super().put(self._packer.compress(data))

    def close(self) -> str:
        """End the frame."""
        super().put(self._packer.flush())
        return super().close()


class Array(Lines):
    """One JSON array, a row on each line of it."""

    _first = True

    def _line(self, row: tuple[Any, ...]) -> bytes:
        lead, self._first = b"[\n" if self._first else b",\n", False
        return lead + self._encode(dict(zip(self._names, row, strict=True)))

    def close(self) -> str:
        """End the array."""
        self.put(b"[]\n" if self._first else b"\n]\n")
        return super().close()
