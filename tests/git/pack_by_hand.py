"""Packs written byte by byte, as wrong as a test wants them. Source: gitformat-pack(5)."""

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
