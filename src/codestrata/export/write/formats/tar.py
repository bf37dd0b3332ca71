"""WebDataset: a tar file with one sample after the other, each ``<key>.txt`` (the text) and ``<key>.json`` (the rest).

Keys are hashes of the rows, so they hold neither dots nor slashes and stay when other rows come; rows in order, mode
0644, no owner, no time. Source: the WebDataset format (webdataset.github.io), POSIX.1-1988 (ustar).
"""

from __future__ import annotations

import hashlib
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from codestrata.export.write.formats.base import Hashed, records
from codestrata.store.columns import Columns
from codestrata.store.schema import Field

#: The column that becomes a file of its own, where there is one.
_TEXT = "text"
_BLOCK, _RECORD = 512, 10_240


class Tar(Hashed):
    """A tar file of samples."""

    _encode = staticmethod(msgspec.json.Encoder().encode)

    def __init__(self, path: Path, fields: Sequence[Field], level: int) -> None:
        super().__init__(path, fields, level)
        self._seen: Counter[str] = Counter()
        self._size = 0

    def write(self, columns: Columns) -> None:
        """Add a sample for each row."""
        for part in records(columns, self._names):
            samples = (self._sample(dict(zip(self._names, row, strict=True))) for row in part)
            self.put(b"".join(samples))

    def _sample(self, row: dict[str, Any]) -> bytes:
        whole = self._encode(row)
        key = hashlib.blake2b(whole, digest_size=12).hexdigest()
        self._seen[key] += 1
        if (copies := self._seen[key]) > 1:  # rows that are the same in everything
            key += f"-{copies}"
        if _TEXT not in row:
            return _member(f"{key}.json", whole)
        text = row.pop(_TEXT).encode()
        return _member(f"{key}.txt", text) + _member(f"{key}.json", self._encode(row))

    def put(self, data: bytes) -> None:
        """Write, and count."""
        super().put(data)
        self._size += len(data)

    def close(self) -> str:
        """End the archive."""
        end = 2 * _BLOCK
        self.put(bytes(end + -(self._size + end) % _RECORD))
        return super().close()


def _member(name: str, data: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % _BLOCK)
