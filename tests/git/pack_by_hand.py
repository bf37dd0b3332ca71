"""Packs written byte by byte, as wrong as a test wants them, and a slow reader that knows what git would say of them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

BLOB, OFS_DELTA, REF_DELTA = 3, 6, 7


def blob_name(content: bytes, width: int = 20) -> bytes:
    """Give the id of a blob: SHA-1 for a width of 20, SHA-256 for 32."""
    new = hashlib.sha1 if width == 20 else hashlib.sha256
    return new(b"blob %d\0" % len(content) + content).digest()


def sized(value: int) -> bytes:
    """Give a size as deltas have it: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def header(kind: int, size: int) -> bytes:
    """Give the header of a pack entry."""
    first, rest = kind << 4 | size & 15, size >> 4
    return bytes([first | 128]) + sized(rest) if rest else bytes([first])


def backwards(distance: int) -> bytes:
    """Give the distance to the base of an offset delta."""
    out = [distance & 127]
    while distance := distance >> 7:
        distance -= 1
        out.append(distance & 127 | 128)
    return bytes(reversed(out))


def copy(offset: int, length: int) -> bytes:
    """Give the delta instruction that copies from the base."""
    fields = [(offset >> 8 * i & 255, 1 << i) for i in range(4)]
    fields += [((length & 0xFFFF if length != 0x10000 else 0) >> 8 * i & 255, 16 << i) for i in range(2)]
    fields.append((length >> 16 & 255 if length > 0x10000 else 0, 64))
    return bytes([128 | sum(bit for value, bit in fields if value)]) + bytes(value for value, _ in fields if value)


def insert(data: bytes) -> bytes:
    """Give the delta instruction that inserts up to 127 bytes."""
    return bytes([len(data)]) + data


def delta(base_size: int, size: int, *instructions: bytes) -> bytes:
    """Give a delta."""
    return sized(base_size) + sized(size) + b"".join(instructions)


@dataclass
class PackByHand:
    """Entries of a pack in the making: ``offsets`` by id, ``body`` without its trailer."""

    width: int = 20
    offsets: dict[bytes, int] = field(default_factory=dict)
    body: bytearray = field(default_factory=lambda: bytearray(12))

    def add(self, name: bytes, kind: int, data: bytes, *, base: int | bytes = 0, size: int = -1, level: int = 6) -> int:
        """Add an entry whose base is an offset or an id; ``size`` lies about its length. Gives its offset."""
        at = len(self.body)
        self.offsets[name] = at
        self.body += header(kind, len(data) if size < 0 else size)
        if kind == OFS_DELTA:
            assert isinstance(base, int)
            self.body += backwards(at - base)
        elif kind == REF_DELTA:
            assert isinstance(base, bytes)
            self.body += base
        self.body += zlib.compress(data, level)
        return at

    def blob(self, content: bytes, **lies: int) -> bytes:
        """Add a blob; gives its id."""
        name = blob_name(content, self.width)
        self.add(name, BLOB, content, **lies)
        return name

    def pack(self) -> bytes:
        """Give the pack's bytes."""
        self.body[:12] = b"PACK" + struct.pack(">II", 2, len(self.offsets))
        new = hashlib.sha1 if self.width == 20 else hashlib.sha256
        return bytes(self.body) + new(self.body).digest()

    def index(self) -> bytes:
        """Give the index of version 2 that belongs to the pack."""
        names = sorted(self.offsets)
        fan = [sum(name[0] <= first for name in names) for first in range(256)]
        body = b"\xfftOc" + struct.pack(">I256I", 2, *fan) + b"".join(names) + bytes(4 * len(names))
        body += b"".join(struct.pack(">I", self.offsets[name]) for name in names) + self.pack()[-self.width :]
        new = hashlib.sha1 if self.width == 20 else hashlib.sha256
        return body + new(body).digest()

    def write(self, objects: Path, name: str = "hand") -> None:
        """Write pack and index into an object directory."""
        write(objects, self.pack(), self.index(), name)


def write(objects: Path, pack: bytes, index: bytes, name: str = "hand") -> None:
    """Write the two files of a pack."""
    (objects / "pack").mkdir(parents=True, exist_ok=True)
    (objects / "pack" / f"pack-{name}.pack").write_bytes(pack)
    (objects / "pack" / f"pack-{name}.idx").write_bytes(index)


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

    def entry(self, at: int) -> tuple[int, int, int, int | None]:
        """Give (kind, size, where the stream begins, offset of the base)."""
        start, c = at, self.pack[at]
        kind, size, shift, at = c >> 4 & 7, c & 15, 4, at + 1
        while c & 128:
            if shift > 53 or at >= self.end:
                raise ValueError("size")
            c = self.pack[at]
            size, shift, at = size | (c & 127) << shift, shift + 7, at + 1
        if kind == REF_DELTA:
            base = self.offset(self.pack[at : at + self.width])
            if at + self.width > self.end or base is None:
                raise ValueError("base")
            return kind, size, at + self.width, base
        if kind != OFS_DELTA:
            if kind in {0, 5}:
                raise ValueError("type")
            return kind, size, at, None
        if at >= self.end:
            raise ValueError("distance")
        c = self.pack[at]
        back, at = c & 127, at + 1
        while c & 128:
            if at >= self.end or back > 1 << 60:
                raise ValueError("distance")
            c = self.pack[at]
            back, at = (back + 1) << 7 | c & 127, at + 1
        if not 0 < back <= start - 12:
            raise ValueError("distance")
        return kind, size, at, start - back

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
                    offset, length = (offset | value << 8 * i, length) if i < 4 else (offset, length | value << 8 * (i - 4))
            length = length or 0x10000
            piece = base[offset : offset + length]
        if len(piece) != length or len(out) + length > after:
            raise ValueError("range")
        out += piece
    if len(out) != after:
        raise ValueError("size")
    return bytes(out)
