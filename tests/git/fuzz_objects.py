"""Fuzzing of the native pack reader: random packs, most of them wrong, on which it and a slow reader must agree.

Run by ``test_objects_hostile.py`` in a process of its own, so that a crash fails one test and not the suite. By hand,
with a build under AddressSanitizer: ``fuzz_objects.py FOLDER FIRST COUNT heap`` (heap: packs in memory with red zones).
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np

from codestrata.git.objects import packs
from codestrata.git.objects.batch import Lost
from codestrata.git.objects.packs import PackSet
from codestrata.git.objects.reading import Reading, Request
from codestrata.kernels import buffers
from codestrata.kernels import pack as kernel
from codestrata.kernels.buffers import Buffers
from codestrata.kernels.inflate import inflater

sys.path.insert(0, str(Path(__file__).parent))
from pack_by_hand import BLOB, OFS_DELTA, REF_DELTA, PackByHand, blob_name, copy, delta, insert, write
from slow_pack import Slow, unsized

LONGEST = 3000


def instructions(rng: random.Random, base: bytes) -> tuple[bytes, bytes]:
    """Make a sound delta's instructions and what they build."""
    steps, built = [], b""
    for _ in range(rng.randrange(6)):
        if base and rng.random() < 0.6:
            start = rng.randrange(len(base))
            length = rng.randrange(1, len(base) - start + 1)
            steps.append(copy(start, length))
            built += base[start : start + length]
        else:
            data = rng.randbytes(rng.randrange(1, 128))
            steps.append(insert(data))
            built += data
    return b"".join(steps), built


def grow(rng: random.Random, width: int) -> PackByHand:
    """Make a pack of blobs and deltas upon them; some lie about sizes, bases or instructions."""
    made, known = PackByHand(width), []
    for _ in range(rng.randrange(1, 24)):
        at, base_name, base = rng.choice(known[-6:]) if known and rng.random() < 0.8 else (0, b"", b"")
        lie = rng.random() < 0.15
        if not at:
            content = bytes([rng.randrange(256)]) * rng.randrange(LONGEST) + rng.randbytes(rng.randrange(60))
            size = rng.choice([0, 1, len(content) + 1, 1 << 20, 1 << 40, 1 << 59]) if lie else -1
            name = blob_name(content, width)
            made.add(name, BLOB if rng.random() < 0.9 else rng.randrange(6), content, size=size)
        else:
            change, content = change_of(rng, base)
            name = blob_name(content, width)
            if name in made.offsets:
                continue
            size = rng.choice([0, 3, len(change) - 1, 1 << 33]) if lie and rng.random() < 0.2 else -1
            change = wrong(rng, change) if lie else change
            if rng.random() < 0.6:
                wild = rng.random() < 0.05
                base_at = rng.choice([12, len(made.body), 0, 11, rng.randrange(len(made.body))]) if wild else at
                made.add(name, OFS_DELTA, change, base=base_at, size=size)
            else:
                base_id = base_name if rng.random() < 0.9 else rng.choice([name, rng.randbytes(width)])
                made.add(name, REF_DELTA, change, base=base_id, size=size)
        known.append((made.offsets[name], name, content))
    return made


def change_of(rng: random.Random, base: bytes) -> tuple[bytes, bytes]:
    """Make a sound delta, and what it builds."""
    steps, content = instructions(rng, base)
    return delta(len(base), len(content), steps), content


def wrong(rng: random.Random, change: bytes) -> bytes:
    """Make a delta wrong in one of the ways that count."""
    before, at = unsized(change, 0)
    after, at = unsized(change, at)
    steps = change[at:]
    return rng.choice(
        [
            damaged(rng, change, rng.randrange(1, 4)),
            change[: rng.randrange(len(change))],
            delta(before, max(after + rng.choice([-200, -33, -1, 1, 64]), 0), steps),
            delta(max(before + rng.choice([-1, 1]), 0), after, steps),
            delta(before, after + 100, steps, copy(max(before - rng.randrange(100), 0), 100)),
            delta(before, after + 60, steps, insert(bytes(60))[: rng.randrange(1, 61)]),
            delta(before, after + 40, steps, copy(0x1FFFFFF, 40)[: rng.randrange(1, 6)]),
            delta(before, after + (1 << 45), steps),
            delta(before, after, steps, b"\0"),
        ]
    )


def misplaced(rng: random.Random, index: bytes, count: int, width: int, end: int) -> bytes:
    """Point some entries of an index at places where nothing begins."""
    out, at = bytearray(index), 8 + 1024 + count * (width + 4)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        place = rng.choice(
            [0, 5, 11, end - 1, end - 2, end - 9, end, end + 7, 1 << 31, (1 << 31) + (1 << 20), 1 << 30, -1]
        )
        if place < 0:  # the place of another entry
            other = at + 4 * rng.randrange(count)
            place = int.from_bytes(out[other : other + 4], "big")
        row = at + 4 * rng.randrange(count)
        out[row : row + 4] = place.to_bytes(4, "big")
    return bytes(out)


def damaged(rng: random.Random, data: bytes, times: int = 1) -> bytes:
    """Change, cut out or add bytes at random places."""
    out = bytearray(data)
    for _ in range(times):
        if not out:
            break
        at = rng.randrange(len(out))
        out[at] = rng.choice([rng.randrange(256), out[at] ^ 1 << rng.randrange(8), 0, 255, 127, 128])
        if rng.random() < 0.1:
            del out[at]
        elif rng.random() < 0.1:
            out.insert(at, rng.randrange(256))
    return bytes(out)


def flipped(rng: random.Random, data: bytes, start: int, times: list[int]) -> bytes:
    """Change bits from ``start`` on, as often as one of ``times``, the length and the trailer kept."""
    out = bytearray(data)
    for _ in range(rng.choice(times)):
        out[rng.randrange(start, len(out) - 40)] ^= 1 << rng.randrange(8)
    return bytes(out)


def one(seed: int, folder: Path) -> int:
    """Make one pack, read it both ways, compare; gives the number of objects that came out."""
    rng = random.Random(seed)
    width = rng.choice([20, 20, 32])
    made = grow(rng, width)
    pack, index = made.pack(), flipped(rng, made.index(), 8, [0, 0, 0, 0, 1, 3])
    index = misplaced(rng, index, len(made.offsets), width, len(made.body))
    index = index[: -2 * width] + b"\xff" * width + bytes(width)  # as a trailer: it runs on where a bound is missed
    if len(made.body) > 60:
        pack = flipped(rng, pack, 12, [0, 0, 1, 2, 5, 20])
    pack = pack[:-width] + index[-2 * width : -width]
    write(folder, pack, index)
    names = [*made.offsets, rng.randbytes(width)]
    names = rng.choices(names, k=2) + (names if rng.random() < 0.7 else [])
    ids = np.frombuffer(b"".join(names), np.uint8).reshape(-1, width)
    max_size = rng.choice([100, 1000, 1 << 20])
    engine = inflater()
    assert engine
    store = PackSet([str(folder)], engine, width)
    if not store.packs:
        return 0
    lost = Lost()
    reading = Reading(Request(ids, rng.choice([1, 500, 1 << 16]), max_size, part=rng.choice([(0, 1), (1, 2)])), lost)
    kernel.FIRST_PATH = rng.choice([1, 2000, 1 << 20])
    buffers.SCRATCH_BYTES = rng.choice([20, 150, 400, 1 << 20])
    room = Buffers.of(rng.choice([1, 4096, 7000, 1 << 20]), reading.request.batch_bytes, rng.choice([1, 3, 100]))
    slow, given = Slow(pack, index, width), 0
    for batch in reading.native(store, [str(folder)], room):
        for j, row in enumerate(batch.rows.tolist()):
            check_given(slow, ids[row].tobytes(), batch[j])
            given += 1
    check_lost(slow, ids, reading, store.packs[0])
    lists = (lost.missing, lost.oversized, lost.damaged, reading.broken, reading.large, reading.unknown)
    if reading.request.part == (0, 1):
        others = [ids[row].tobytes() for rows in lists for some in rows for row in some.tolist()]
        assert given + len(others) == len(set(names)), "an id is lost, or told twice"
    return given


def check_given(slow: Slow, name: bytes, content: bytes) -> None:
    """What was given is what the slow reader gives, except where zlib is stricter about a stream than libdeflate.

    (libdeflate takes the unused length codes 286 and 287 of RFC 1951 for 285; the checksum of the stream still holds.)
    """
    try:
        expected = slow.content(slow.chain(name)[0])
    except ValueError as error:
        if str(error) != "stream":
            raise
    else:
        assert (BLOB, content) == expected


def check_lost(slow: Slow, ids: np.ndarray, reading: Reading, pack: packs.Pack) -> None:
    """What was not given is no blob, in a circle, not there, or too large (its base is); the rest awaits git."""
    for rows in reading.lost.damaged:
        for row in rows.tolist():
            assert slow.root(ids[row].tobytes()) != BLOB
    for rows in reading.lost.missing:
        for row in rows.tolist():
            assert slow.offset(ids[row].tobytes()) is None
    for rows in reading.lost.oversized:
        for row in rows.tolist():
            chain = slow.chain(ids[row].tobytes())
            assert pack.sizes(np.array(chain)).max() > reading.request.max_size or long_delta(slow, chain, reading)


def long_delta(slow: Slow, chain: list[int], reading: Reading) -> bool:
    """Tell whether a delta on the way is longer than any that is inflated under the limit."""
    limit = min(max(2 * reading.request.max_size, kernel.SMALL_DELTA), buffers.SCRATCH_BYTES)
    return max(slow.entry(at)[1] for at in chain) > limit


class Heap(bytearray):
    """A file in memory that behaves as a mapped one: its ends are watched by AddressSanitizer."""

    def madvise(self, *_: int) -> None:
        """Do nothing."""


def main(folder: str, first: str, count: str, heap: str = "") -> None:
    """Fuzz ``count`` packs from seed ``first`` on."""
    if heap:
        read = packs._mapped
        packs._mapped = lambda file: (m := read(file)) and Heap(m)
        buffers.reserved = lambda size: np.empty(min(size, 1 << 20), np.uint8)
    kernel.SPARE_NODES = 0
    total = 0
    for seed in range(int(first), int(first) + int(count)):
        try:
            total += one(seed, Path(folder))
        except Exception:
            sys.stderr.write(f"seed {seed}\n")
            raise
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
