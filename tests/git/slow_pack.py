"""A pack reader in plain Python, by the letter of gitformat-pack(5): what the native one is held against."""

from __future__ import annotations

import struct
import zlib

OFS_DELTA, REF_DELTA = 6, 7


class Slow:
    """Reads one pack in plain Python, by the letter of gitformat-pack(5). ValueError and IndexError mean: damaged."""

    def __init__(self, pack: bytes, index: bytes, width: int) -> None:
        self.pack, self.width, self.end = pack, width, len(pack) - width
        count = struct.unpack_from(">I", index, 8 + 255 * 4)[0]
        names = 8 + 1024
        self.fan = struct.unpack_from(">256I", index, 8)
        self.names = [index[names + i * width : names + (i + 1) * width] for i in range(count)]
        at = names + count * (width + 4)
        self.short = struct.unpack_from(f">{count}I", index, at)
        wide = index[at + 4 * count : len(index) - 2 * width]
        self.wide = struct.unpack(f">{len(wide) // 8}Q", wide)

    def offset(self, name: bytes) -> int | None:
        """Find an id by bisection; None when it is not there."""
        low, high = self.fan[name[0] - 1] if name[0] else 0, self.fan[name[0]]
        if low > high or high > len(self.names):
            raise ValueError("fan-out")
        while low < high:
            middle = (low + high) // 2
            if self.names[middle] == name:
                short = self.short[middle]
                offset = self.wide[short & 0x7FFFFFFF] if short & 0x80000000 else short
                if not 12 <= offset < self.end:
                    raise ValueError("offset")
                return offset
            low, high = (middle + 1, high) if self.names[middle] < name else (low, middle)
        return None

    def entry(self, start: int) -> tuple[int, int, int, int | None]:
        """Give (kind, size, where the stream begins, offset of the base)."""
        c, at = self.pack[start], start + 1
        kind, size, shift = c >> 4 & 7, c & 15, 4
        while c & 128:
            if shift > 53:
                raise ValueError("size")
            c, at = self.byte(at), at + 1
            size, shift = size | (c & 127) << shift, shift + 7
        if kind in {0, 5}:
            raise ValueError("type")
        if kind == OFS_DELTA:
            return kind, size, *self.distance(start, at)
        if kind != REF_DELTA:
            return kind, size, at, None
        base = self.offset(self.pack[at : at + self.width])
        if at + self.width > self.end or base is None:
            raise ValueError("base")
        return kind, size, at + self.width, base

    def distance(self, start: int, at: int) -> tuple[int, int]:
        """Give where the stream begins, and the offset of the base of an offset delta."""
        c, at = self.byte(at), at + 1
        back = c & 127
        while c & 128:
            if back > 1 << 60:
                raise ValueError("distance")
            c, at = self.byte(at), at + 1
            back = (back + 1) << 7 | c & 127
        if not 0 < back <= start - 12:
            raise ValueError("distance")
        return at, start - back

    def byte(self, at: int) -> int:
        """Give one byte in front of the trailer."""
        if at >= self.end:
            raise ValueError("end")
        return self.pack[at]

    def inflate(self, at: int, size: int) -> bytes:
        """Inflate one stream of exactly this size."""
        stream = zlib.decompressobj()
        try:
            data = stream.decompress(self.pack[at : self.end], size + 1)
        except zlib.error as error:
            raise ValueError("stream") from error
        if len(data) != size or not stream.eof:
            raise ValueError("length")
        return data

    def content(self, at: int) -> tuple[int, bytes]:
        """Give the root's type and the content of the object at an offset."""
        root, *deltas = reversed([self.entry(at) for at in self.up(at)])
        content = self.inflate(root[2], root[1])
        for _, size, data, _ in deltas:
            content = applied(self.inflate(data, size), content)
        return root[0], content

    def up(self, at: int) -> list[int]:
        """Give the offsets from an entry up to the root of its chain."""
        chain: list[int] = []
        step: int | None = at
        while step is not None:
            if step in chain:
                raise ValueError("circle")
            chain.append(step)
            step = self.entry(step)[3]
        return chain

    def root(self, name: bytes) -> int:
        """Give the type of the root of an id's chain, 0 when the chain is a circle."""
        try:
            return self.entry(self.chain(name)[-1])[0]
        except ValueError as error:
            if str(error) != "circle":
                raise
            return 0

    def chain(self, name: bytes) -> list[int]:
        """Give the offsets from an id's entry up to the root."""
        at = self.offset(name)
        if at is None:
            raise ValueError("not there")
        return self.up(at)


def unsized(data: bytes, at: int) -> tuple[int, int]:
    """Read a size of a delta at a position; gives it and the position behind it."""
    value = 0
    for shift in range(0, 57, 7):
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
    raise ValueError("size")


def applied(data: bytes, base: bytes) -> bytes:
    """Apply a delta to its base."""
    before, at = unsized(data, 0)
    after, at = unsized(data, at)
    out = bytearray()
    if before != len(base):
        raise ValueError("base size")
    while at < len(data):
        c, at = data[at], at + 1
        if not c:
            raise ValueError("instruction")
        if not c & 128:
            piece, at = data[at : at + c], at + c
            length = c
        else:
            offset = length = 0
            for i in range(7):
                if c >> i & 1:
                    value, at = data[at], at + 1
                    offset, length = (
                        (offset | value << 8 * i, length) if i < 4 else (offset, length | value << 8 * (i - 4))
                    )
            length = length or 0x10000
            piece = base[offset : offset + length]
        if len(piece) != length or len(out) + length > after:
            raise ValueError("range")
        out += piece
    if len(out) != after:
        raise ValueError("size")
    return bytes(out)
