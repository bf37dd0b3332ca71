"""Packs and loose objects that lie: nothing crashes, nothing large is inflated, nothing is lost without a word."""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import RepoBuilder, git
from tests.git.pack_by_hand import BLOB, OFS_DELTA, REF_DELTA, PackByHand, blob_name, copy, delta, insert

from codestrata.errors import DamagedRepository
from codestrata.git.objects import Objects
from codestrata.kernels.inflate import inflater

pytestmark = pytest.mark.skipif(not inflater(), reason="no native kernels here")

GIB = 1 << 30


@pytest.fixture
def store(make_repo: Callable[..., RepoBuilder]) -> Path:
    """An empty repository to put packs into."""
    return make_repo("hostile").path


def read(git_dir: Path, names: list[bytes], **options: int) -> tuple[dict[bytes, bytes], Objects]:
    """Read ids; give content by id, and the reader."""
    objects, ids, found = Objects(git_dir), np.frombuffer(b"".join(names), np.uint8).reshape(len(names), -1), {}
    for batch in objects.read(ids, **options):
        found.update({names[row]: batch[j] for j, row in enumerate(batch.rows.tolist())})
    lost = [*objects.missing, *objects.oversized, *objects.damaged]
    assert len(found) + len(lost) == len(names)
    return found, objects


def numbered(n: int) -> bytes:
    """Give an id for an entry whose content nobody will see."""
    return bytes([n]) * 20


def test_a_blob_of_a_gibibyte_costs_nothing(store: Path) -> None:
    """A pack of a megabyte whose one blob is a gibibyte of zeros: reported with its size, not inflated."""
    pack, press = PackByHand(), zlib.compressobj(9)
    start = press.compress(b"") + press.flush(zlib.Z_FULL_FLUSH)
    piece = press.compress(bytes(1 << 24)) + press.flush(zlib.Z_FULL_FLUSH)  # can be repeated: 64 are a gibibyte
    stream = start + piece * 64 + b"\3\0" + (GIB % 65521 << 16 | 1).to_bytes(4, "big")
    assert len(stream) < 1.1 * (1 << 20)
    pack.add(numbered(1), BLOB, b"", size=GIB)
    del pack.body[-len(zlib.compress(b"")) :]
    pack.body += stream
    small = pack.blob(b"small")
    pack.write(store / "objects")
    started = time.process_time()
    found, objects = read(store, [numbered(1), small])
    sizes = objects.sizes(np.frombuffer(numbered(1) + small, np.uint8).reshape(2, 20))
    assert time.process_time() - started < 0.2
    assert found == {small: b"small"}
    assert objects.oversized.tolist() == [0]
    assert sizes.tolist() == [GIB, 5]


def test_a_delta_to_a_gibibyte_costs_nothing(store: Path) -> None:
    """A delta of a few hundred bytes that copies its base together to a gibibyte is reported, not built."""
    pack, base = PackByHand(), bytes(1 << 16)
    at = pack.add(blob_name(base), BLOB, base)
    pack.add(numbered(1), OFS_DELTA, delta(len(base), GIB, copy(0, 1 << 16) * (GIB >> 16)), base=at)
    pack.write(store / "objects")
    found, objects = read(store, [blob_name(base), numbered(1)])
    assert list(found) == [blob_name(base)]
    assert objects.oversized.tolist() == [1]
    assert objects.sizes(np.frombuffer(numbered(1), np.uint8).reshape(1, 20)).tolist() == [GIB]


def test_a_small_blob_upon_a_gibibyte_costs_nothing(store: Path) -> None:
    """What can only be built from something over every limit counts as over the limit."""
    pack = PackByHand()
    at = pack.add(numbered(1), BLOB, b"not that large", size=GIB)
    pack.add(numbered(2), OFS_DELTA, delta(GIB, 4, copy(0, 4)), base=at)
    pack.write(store / "objects")
    found, objects = read(store, [numbered(2)])
    assert not found
    assert objects.oversized.tolist() == [0]


def test_limit_is_exact(store: Path) -> None:
    """A blob of ``max_size`` is given, one byte more is not; a base over the limit still serves its deltas."""
    pack = PackByHand()
    sizes = [pack.blob(b"x" * n) for n in (99, 100, 101)]
    at = pack.offsets[sizes[2]]
    pack.add(blob_name(b"x" * 50), OFS_DELTA, delta(101, 50, copy(3, 50)), base=at)
    pack.write(store / "objects")
    loose = bytes.fromhex(git(store, "hash-object", "-w", "--stdin", stdin=b"y" * 101).decode())
    found, objects = read(store, [*sizes, blob_name(b"x" * 50), loose], max_size=100)
    assert sorted(map(len, found.values())) == [50, 99, 100]
    assert objects.oversized.tolist() == [2, 4]


def test_what_is_no_blob_is_damaged(store: Path) -> None:
    """Trees, commits and tags are no blobs, packed, as a delta, or loose."""
    pack, tree = PackByHand(), b"100644 a\0" + bytes(20)
    at = pack.add(numbered(1), 2, tree)
    pack.add(numbered(2), OFS_DELTA, delta(len(tree), len(tree), copy(0, len(tree))), base=at)
    pack.add(numbered(3), 1, b"tree ...")
    pack.write(store / "objects")
    loose = bytes.fromhex(git(store, "mktree", stdin=b"").decode())
    found, objects = read(store, [*map(numbered, (1, 2, 3)), loose])
    assert not found
    assert objects.damaged.tolist() == [0, 1, 2, 3]


def test_circles_of_deltas_end(store: Path) -> None:
    """Deltas that name one another as base are damaged, and so is what hangs on them."""
    pack = PackByHand()
    change = delta(1, 1, copy(0, 1))
    pack.add(numbered(1), REF_DELTA, change, base=numbered(2))
    pack.add(numbered(2), REF_DELTA, change, base=numbered(3))
    pack.add(numbered(3), REF_DELTA, change, base=numbered(1))
    pack.add(numbered(4), REF_DELTA, change, base=numbered(1))
    pack.add(numbered(5), REF_DELTA, change, base=numbered(5))
    good = pack.blob(b"good")
    pack.write(store / "objects")
    found, objects = read(store, [*map(numbered, range(1, 6)), good])
    assert found == {good: b"good"}
    assert objects.damaged.tolist() == [0, 1, 2, 3, 4]


BASE = bytes(range(256)) * 4
UNSOUND = {
    "copies from behind the base": delta(1024, 100, copy(1000, 100)),
    "copies from far behind the base": delta(1024, 100, copy(0xFFFFFFFF, 100)),
    "writes more than it says": delta(1024, 10, copy(0, 1024)),
    "inserts more than it says": delta(1024, 10, insert(bytes(100))),
    "writes less than it says": delta(1024, 200, copy(0, 100)),
    "is for another base": delta(1023, 100, copy(0, 100)),
    "uses the reserved instruction": delta(1024, 100, copy(0, 100), b"\0"),
    "ends within an insertion": delta(1024, 100, insert(bytes(100))[:50]),
    "has no end of its size": b"\x80" * 12,
    "has a size over 63 bits": b"\xff" * 9 + b"\1" + b"\1",
    "is empty": b"",
}


@pytest.mark.parametrize("change", UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_deltas_are_damaged(store: Path, change: bytes) -> None:
    """A delta that breaks a rule condemns itself and what is built on it, and nothing else."""
    pack = PackByHand()
    at = pack.add(blob_name(BASE), BLOB, BASE)
    bad = pack.add(numbered(1), OFS_DELTA, change, base=at)
    pack.add(numbered(2), OFS_DELTA, delta(100, 1, insert(b"x")), base=bad)
    pack.add(blob_name(BASE[:9]), OFS_DELTA, delta(1024, 9, copy(0, 9)), base=at)
    pack.write(store / "objects")
    names = [blob_name(BASE), numbered(1), numbered(2), blob_name(BASE[:9])]
    found, objects = read(store, names)
    assert found == {names[0]: BASE, names[3]: BASE[:9]}
    assert objects.damaged.tolist() == [1, 2]


def test_a_delta_is_not_completed_by_the_one_before(store: Path) -> None:
    """A delta cut off within an instruction or a size is damaged, though the buffer still holds a longer one's end."""
    pack = PackByHand()
    at = pack.add(blob_name(BASE), BLOB, BASE)
    whole = delta(1024, 200, copy(0, 100), copy(0x0101, 100))
    pack.add(numbered(1), OFS_DELTA, whole, base=at)
    for n in range(1, len(whole)):
        pack.add(numbered(1 + n), OFS_DELTA, whole[:-n], base=at)
        pack.add(numbered(101 + n), OFS_DELTA, whole, base=at)
    pack.write(store / "objects")
    names = [numbered(1)] + [numbered(k + n) for n in range(1, len(whole)) for k in (1, 101)]
    found, objects = read(store, names)
    assert set(found) == {names[0], *names[2::2]}
    assert objects.damaged.tolist() == list(range(1, len(names), 2))


@pytest.mark.parametrize(
    ("place", "bytes_"),
    [
        ("offset before the first entry", 11),
        ("offset in the trailer", -20),
        ("offset behind the end", 1 << 30),
        ("row of the 64-bit table that is not there", 1 << 31),
    ],
)
def test_index_that_points_nowhere(store: Path, place: str, bytes_: int) -> None:
    """An index whose offset lies outside the pack condemns that id alone."""
    pack = PackByHand()
    names = sorted(pack.blob(content) for content in (b"one", b"two", b"three"))
    index = bytearray(pack.index())
    at = 8 + 1024 + 3 * 24 + 4
    index[at : at + 4] = (bytes_ if bytes_ >= 0 else len(pack.pack()) + bytes_).to_bytes(4, "big")
    pack.write(store / "objects")
    (store / "objects/pack/pack-hand.idx").write_bytes(index)
    found, objects = read(store, names)
    assert set(found) == {names[0], names[2]}, place
    assert objects.damaged.tolist() == [1]


def test_index_that_gives_two_ids_one_place(store: Path) -> None:
    """Of two ids that an index sends to one entry neither is lost without a word."""
    pack = PackByHand()
    right, wrong = pack.blob(b"right"), numbered(1)
    pack.offsets[wrong] = pack.offsets[right]
    pack.write(store / "objects")
    for names in ([right, wrong], [wrong, right]):
        found, objects = read(store, names, verify=True)
        assert found == {right: b"right"}
        assert objects.damaged.tolist() == [names.index(wrong)]


BROKEN_INDEXES = {
    "empty": lambda index: b"",
    "cut": lambda index: index[:-30],
    "another magic": lambda index: b"\xfftOd" + index[4:],
    "version 3": lambda index: index[:7] + b"\3" + index[8:],
    "falling fan-out": lambda index: index[:8] + b"\0\0\0\3" + b"\0\0\0\2" + index[16:],
    "count of four thousand million": lambda index: index[: 8 + 1020] + b"\xff" * 4 + index[8 + 1024 :],
    "of another pack": lambda index: index[:-40] + bytes(40),
}


@pytest.mark.parametrize("breaking", BROKEN_INDEXES.values(), ids=BROKEN_INDEXES.keys())
def test_broken_index_is_left_to_git(store: Path, breaking: Callable[[bytes], bytes]) -> None:
    """A pack whose index is unsound is not read here; what git cannot find in it either is missing."""
    lost, kept = PackByHand(), PackByHand()
    name, other = lost.blob(b"lost"), kept.blob(b"kept")
    lost.write(store / "objects", "lost")
    (store / "objects/pack/pack-lost.idx").write_bytes(breaking(lost.index()))
    kept.write(store / "objects", "kept")
    found, objects = read(store, [name, other])
    assert found.pop(other) == b"kept"
    assert found in ({}, {name: b"lost"})
    assert objects.missing.tolist() == ([] if found else [0])


def test_damage_is_asked_of_git(store: Path) -> None:
    """An object that is damaged in one pack and sound elsewhere comes from where it is sound."""
    pack = PackByHand()
    content = b"twice" * 100
    name = pack.blob(content)
    gone = pack.blob(b"gone" * 100)
    body = bytearray(pack.pack())
    for at in pack.offsets.values():
        body[at + 12] ^= 0xFF
    pack.write(store / "objects")
    (store / "objects/pack/pack-hand.pack").write_bytes(body)
    loose = zlib.compress(b"blob %d\0" % len(content) + content)
    (store / "objects" / name.hex()[:2]).mkdir()
    (store / "objects" / name.hex()[:2] / name.hex()[2:]).write_bytes(loose)
    found, objects = read(store, [gone, name])
    assert found == {name: content}
    assert objects.damaged.tolist() == [0]


def test_many_damaged_objects(store: Path) -> None:
    """Git dies of each damaged object; the sound ones among them are given all the same."""
    content = {n: b"%d" % n * 200 for n in range(12)}
    for data in content.values():
        name = git(store, "hash-object", "-w", "--stdin", stdin=data).decode().strip()
        if int(data[:1]) % 2:
            path = store / "objects" / name[:2] / name[2:]
            path.chmod(0o644)
            path.write_bytes(path.read_bytes()[:-8])
    names = [blob_name(data) for data in content.values()]
    for objects in (Objects(store), Objects(store, native=False)):
        found = {}
        for batch in objects.read(np.frombuffer(b"".join(names), np.uint8).reshape(-1, 20)):
            found.update({int(row): batch[j] for j, row in enumerate(batch.rows)})
        odd = [n for n, data in content.items() if int(data[:1]) % 2]
        assert found == {n: data for n, data in content.items() if n not in odd}
        assert objects.damaged.tolist() == odd


def test_verification(store: Path) -> None:
    """With ``verify`` a blob that does not hash to its id is damaged; without, it is given as stored."""
    pack = PackByHand()
    pack.add(numbered(7), BLOB, b"not what the id says")
    good = pack.blob(b"good")
    pack.write(store / "objects")
    found, objects = read(store, [numbered(7), good], verify=True)
    assert found == {good: b"good"}
    assert objects.damaged.tolist() == [0]
    assert set(read(store, [numbered(7), good])[0]) == {numbered(7), good}
    with pytest.raises(DamagedRepository):
        Objects(store).one(numbered(7))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no git be started: what is given is given natively."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("git was asked")

    monkeypatch.setattr("codestrata.git.objects.stream.stream_git", refuse)


def test_deep_chains(store: Path, alone: None) -> None:
    """A chain of twenty thousand deltas is read without recursion, in room for three of its members."""
    pack, content = PackByHand(), bytes(range(200))
    at = pack.add(numbered(1), BLOB, content)
    for n in range(20_000):
        content = content[1:] + bytes([n & 255])
        change = delta(200, 200, copy(1, 199), insert(content[-1:]))
        at = pack.add(n.to_bytes(20, "big"), OFS_DELTA, change, base=at)
    pack.write(store / "objects")
    ids = np.frombuffer(numbered(1) + (19_999).to_bytes(20, "big"), np.uint8).reshape(2, 20)
    found = [batch[j] for batch in Objects(store, path_bytes=600).read(ids) for j in range(len(batch))]
    assert found == [bytes(range(200)), content]


@pytest.mark.parametrize("first", [1, 2500, 4 << 20])
def test_room_is_made_by_dropping_spent_bases(
    store: Path, alone: None, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sixty members of a chain only those stay that a later delta still needs; all come out whole."""
    monkeypatch.setattr("codestrata.kernels.pack.FIRST_PATH", first)
    pack, content, rng = PackByHand(), bytes(range(250)) * 4, np.random.default_rng(5)
    name, at, later = pack.blob(content), 12, []
    for n in range(60):
        leaf = content[500:] + rng.bytes(100)
        change = blob_name(leaf), OFS_DELTA, delta(1000, 600, copy(500, 500), insert(leaf[500:]))
        if n % 10:
            pack.add(*change, base=at)
        else:
            later.append((change, at))
        content = content[100:] + rng.bytes(100)
        name = blob_name(content)
        at = pack.add(name, OFS_DELTA, delta(1000, 1000, copy(100, 900), insert(content[900:])), base=at)
    for change, base in later:
        pack.add(*change, base=base)
    pack.write(store / "objects")
    names = list(pack.offsets)
    ids = np.frombuffer(b"".join(names), np.uint8).reshape(-1, 20)
    for room in (8_000, 8_700, 12_345):
        objects = Objects(store, path_bytes=room)
        rows = [row for batch in objects.read(ids, verify=True) for row in batch.rows.tolist()]
        assert sorted(rows) == list(range(len(names)))


@pytest.mark.parametrize("first", [0, 1000])
def test_fuzz(tmp_path: Path, first: int) -> None:
    """Random packs, most of them wrong: never a crash, and every object given is what a slow reader gives."""
    script = Path(__file__).with_name("fuzz_objects.py")
    command = [sys.executable, str(script), str(tmp_path), str(first), "400"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100
