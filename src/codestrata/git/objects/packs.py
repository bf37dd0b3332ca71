"""Packs of an object store: mapped read-only, their indexes checked, wanted ids found in them.

Source: gitformat-pack(5), "pack-*.pack files have the following format" and "Version 2 pack-*.idx files".
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from codestrata.git.objects.batch import Bytes, Int64s
from codestrata.kernels.inflate import Inflater
from codestrata.kernels.pack import BROKEN, NOT_FOUND, PackKernel

_MAGIC = b"\xfftOc\0\0\0\2"
_NAMES = len(_MAGIC) + 256 * 4
_HEADER = 12
_SIZES = 32


@dataclass(frozen=True, slots=True)
class Pack:
    """One mapped pack and what the kernel knows of it."""

    mapped: mmap.mmap
    kernel: PackKernel

    def sizes(self, offsets: Int64s) -> Int64s:
        """Give the size of the object at each offset, or BROKEN; no object is inflated for it."""
        sizes = self.kernel.sizes(offsets)
        for i in np.flatnonzero(sizes < BROKEN).tolist():
            sizes[i] = self._size_of_long_delta(-int(sizes[i]))
        return sizes

    def _size_of_long_delta(self, data: int) -> int:
        try:
            head = zlib.decompressobj().decompress(self.mapped[data : data + 4096], _SIZES)
            _, at = _varint(head, 0)
            return _varint(head, at)[0]
        except (zlib.error, IndexError):
            return BROKEN


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 63, 7):
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:  # noqa: PLR2004 - the continuation bit
            return value, at
    raise IndexError(at)


@dataclass(frozen=True, slots=True)
class Found:
    """Where ids were found: pack[i] is the position of a pack (-1: in none), offset[i] where in it, or BROKEN."""

    pack: Int64s
    offset: Int64s


class PackSet:
    """Every pack of some object directories that can be read here, the largest first.

    ``complete`` is false when there is a pack that cannot: an id that is not found may then be in that one.
    """

    def __init__(self, directories: Iterable[str], engine: Inflater, width: int) -> None:
        packs = [open_pack(file, engine, width) for place in directories for file in _indexes(f"{place}/pack")]
        self.complete = None not in packs
        self.packs = sorted((p for p in packs if p), key=lambda p: -len(p.mapped))

    def find(self, ids: Bytes) -> Found:
        """Look ids up in one pack after the other."""
        found = Found(np.full(len(ids), -1, np.int64), np.full(len(ids), NOT_FOUND, np.int64))
        left = np.arange(len(ids))
        for number, pack in enumerate(self.packs):
            if not len(left):
                break
            offsets = pack.kernel.find(np.ascontiguousarray(ids[left]))
            hit = offsets != NOT_FOUND
            found.pack[left[hit]] = number
            found.offset[left[hit]] = offsets[hit]
            left = left[~hit]
        return found

    def rows(self, found: Found) -> list[Int64s]:
        """Give, for each pack, the rows found in it at a sound place."""
        return [np.flatnonzero((found.pack == i) & (found.offset >= 0)) for i in range(len(self.packs))]


def _indexes(directory: str) -> list[str]:
    try:
        return sorted(f"{directory}/{name}" for name in os.listdir(directory) if name.endswith(".idx"))  # noqa: PTH208
    except OSError:
        return []


def open_pack(index: str, engine: Inflater, width: int) -> Pack | None:
    """Map a pack by its index; None for what is not an index of version 2 that fits its pack."""
    table, mapped = _mapped(index), _mapped(index.removesuffix(".idx") + ".pack")
    if table is None or mapped is None or len(mapped) < _HEADER + width:
        return None
    tables = _tables(np.frombuffer(table, np.uint8), width)
    if tables is None:
        return None
    count = len(tables[1]) // width
    header = (b"PACK\0\0\0\2", b"PACK\0\0\0\3")
    fits = mapped[:8] in header and mapped[8:12] == count.to_bytes(4, "big")
    if not fits or mapped[-width:] != table[-2 * width : -width]:
        return None
    return Pack(mapped, PackKernel(engine, mapped, tables, width))


def _mapped(file: str) -> mmap.mmap | None:
    try:
        if not os.path.isfile(file):  # noqa: PTH113 - never wait for a named pipe
            return None
        with open(file, "rb") as stream:  # noqa: PTH123
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file cannot be mapped
        return None


def _tables(index: Bytes, width: int) -> tuple[Bytes, Bytes, Bytes, Bytes] | None:
    """Cut an index into fan-out, names, offsets and 64-bit offsets; None when its length or its fan-out is wrong."""
    if len(index) < _NAMES or index[: len(_MAGIC)].tobytes() != _MAGIC:
        return None
    fan = index[len(_MAGIC) : _NAMES]
    counts = fan.view(">u4").astype(np.int64)
    count = int(counts[-1])
    offsets = _NAMES + count * (width + 4)
    wide = offsets + count * 4
    rest = len(index) - wide - 2 * width
    if (np.diff(counts) < 0).any() or rest < 0 or rest % 8 or rest // 8 > count:
        return None
    return fan, index[_NAMES : _NAMES + count * width], index[offsets:wide], index[wide : wide + rest]
