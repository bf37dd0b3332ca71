"""Loose objects: one zlib file each, every size checked. Source: gitrepository-layout(5) "objects/[0-9a-f]"."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

import numpy as np

from codestrata.git.objects.batch import Batch, Bytes, Int64s, Lost, laid
from codestrata.kernels.pack import BLOB, COMMIT, TREE

_HEADER = re.compile(rb"([a-z]+) (0|[1-9][0-9]{0,17})\0")
_KINDS = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob"}
_LONGEST_HEADER = 64
_CHUNK = 64 << 10


@dataclass(frozen=True, slots=True)
class LooseFile:
    """Where a loose object lies, and how many bytes its file has."""

    path: str
    stored: int


class LooseDamaged(Exception):
    """A loose object that is not what it says."""


def find_loose(directories: Iterable[str], name: str) -> LooseFile | None:
    """Look a hexadecimal id up in object directories, the first one first."""
    for directory in directories:
        path = f"{directory}/{name[:2]}/{name[2:]}"
        try:
            status = os.stat(path)  # noqa: PTH116 - a Path per object costs more than the look-up
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            return LooseFile(path, status.st_size)
    return None


class LooseObject:
    """An open loose object: ``kind`` and ``size`` as declared, the content on request. A context manager."""

    def __init__(self, file: LooseFile) -> None:
        try:
            self._stream: BinaryIO = open(file.path, "rb")  # noqa: PTH123, SIM115 - closed by __exit__
        except OSError as error:
            raise LooseDamaged from error
        self._inflate = zlib.decompressobj()
        try:
            head = self._piece(b"", _LONGEST_HEADER)
        except LooseDamaged:
            self._stream.close()
            raise
        match = _HEADER.match(head)
        self.kind, self.size = (match[1], int(match[2])) if match else (b"", -1)
        self._head = head[match.end() :] if match else b""

    def __enter__(self) -> Self:
        """Give the object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._stream.close()

    def content(self) -> Bytes:
        """Inflate the content; LooseDamaged unless it has exactly the declared size and nothing follows it."""
        if self.size < 0:
            raise LooseDamaged
        out, got, piece = np.empty(self.size, np.uint8), 0, self._head
        while True:
            if got + len(piece) > self.size:
                raise LooseDamaged
            out[got : got + len(piece)] = np.frombuffer(piece, np.uint8)
            got += len(piece)
            if self._inflate.eof:
                break
            piece = self._piece(self._inflate.unconsumed_tail, self.size - got + 1)
        if got != self.size or self._inflate.unused_data:
            raise LooseDamaged
        return out

    def _piece(self, left: bytes, room: int) -> bytes:
        """Inflate up to ``room`` bytes more; a stream that neither ends nor gives anything is damaged."""
        try:
            source = left or self._stream.read(_CHUNK)
            piece = self._inflate.decompress(source, room)
        except (zlib.error, OSError) as error:
            raise LooseDamaged from error
        if not (source or piece or self._inflate.eof):
            raise LooseDamaged
        return piece


def read_loose(
    files: Iterable[tuple[int, LooseFile]],
    batch_bytes: int,
    max_size: int,
    lost: Lost,
    retry: list[Int64s],
    kind: int = BLOB,
) -> Iterator[Batch]:
    """Give loose objects of a kind in batches; ``retry`` gets the rows of files that cannot be read."""
    pieces: list[Bytes] = []
    rows: list[int] = []
    filled = 0
    for row, file in files:
        try:
            with LooseObject(file) as loose:
                piece = _wanted(loose, row, max_size, lost, kind)
        except LooseDamaged:
            retry.append(np.array([row]))
            continue
        if piece is None:
            continue
        if pieces and filled + len(piece) > batch_bytes:
            yield laid(pieces, np.array(rows))
            pieces, rows, filled = [], [], 0
        filled += len(piece)
        pieces.append(piece)
        rows.append(row)
    if pieces:
        yield laid(pieces, np.array(rows))


def _wanted(loose: LooseObject, row: int, max_size: int, lost: Lost, kind: int) -> Bytes | None:
    if loose.size < 0:
        raise LooseDamaged
    if loose.kind != _KINDS[kind]:
        lost.damaged.append(np.array([row]))
    elif loose.size > max_size:
        lost.oversized.append(np.array([row]))
    else:
        return loose.content()
    return None
