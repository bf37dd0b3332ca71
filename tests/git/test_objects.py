"""Reading blobs from real repositories: the bytes are git's own, whatever way they are stored."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import RepoBuilder, git

from codestrata.errors import DamagedRepository, InvalidInput, LimitExceeded
from codestrata.git.objects import Batch, Objects
from codestrata.kernels.inflate import inflater

Reader = Callable[..., Objects]


@pytest.fixture(params=["native", "git"])
def reader(request: pytest.FixtureRequest) -> Reader:
    """Open a repository with the native reader, and with git alone: every rule holds for both."""
    if request.param == "native" and not inflater():
        pytest.skip("no native kernels here")
    return lambda path, **options: Objects(path, native=request.param == "native", **options)


def blobs_of(path: Path) -> dict[bytes, bytes]:
    """Give every blob of a repository by id, as git prints it."""
    out, at, found = git(path, "cat-file", "--batch", "--batch-all-objects"), 0, {}
    while at < len(out):
        end = out.index(b"\n", at)
        name, kind, size = out[at:end].split()
        at = end + 1 + int(size) + 1
        if kind == b"blob":
            found[bytes.fromhex(name.decode())] = out[end + 1 : at - 1]
    return found


def array(names: Iterable[bytes], width: int = 20) -> np.ndarray:
    """Give ids as the reader takes them."""
    return np.frombuffer(b"".join(names), np.uint8).reshape(-1, width)


def contents(batches: Iterable[Batch]) -> dict[int, bytes]:
    """Give row → content; a row given twice fails."""
    found: dict[int, bytes] = {}
    for batch in batches:
        for j, row in enumerate(batch.rows.tolist()):
            assert row not in found
            found[row] = batch[j]
    return found


def evolve(repo: RepoBuilder, versions: int = 12) -> RepoBuilder:
    """Grow a history whose files are near-copies of one another, so that packing finds deltas."""
    lines = [f"line {i} of a file that changes a little\n" for i in range(300)]
    for version in range(versions):
        lines[version * 7] = f"changed in version {version}\n"
        text = "".join(lines)
        repo.commit(
            {"a.txt": text, "dir/b.txt": text[: 900 + 200 * version], "empty": "", f"n{version}": "x" * version}
        )
    return repo


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> RepoBuilder:
    """A repository of one pack with chains of deltas, built once."""
    path = tmp_path_factory.mktemp("template") / "repo.git"
    path.mkdir()
    git(path, "init", "-q", "--bare", "-b", "main")
    built = evolve(RepoBuilder(path))
    built.git("repack", "-adfq", "--depth=50", "--window=50")
    return built


@pytest.fixture
def repo(template: RepoBuilder, tmp_path: Path) -> RepoBuilder:
    """A copy of the template, to change at will."""
    path = Path(shutil.copytree(template.path, tmp_path / "repo.git"))
    return RepoBuilder(path, list(template.commits))


def same(objects: Objects, expected: dict[bytes, bytes], **options: object) -> None:
    """Check that the reader gives exactly these blobs, and their sizes."""
    names = list(expected)
    ids = array(names, len(names[0]))
    found = contents(objects.read(ids, **options))
    assert {names[row]: content for row, content in found.items()} == expected
    assert [len(objects.missing), len(objects.oversized), len(objects.damaged)] == [0, 0, 0]
    assert objects.sizes(ids).tolist() == [len(expected[name]) for name in names]


def test_packed_blobs_are_gits(repo: RepoBuilder, reader: Reader) -> None:
    """Blobs behind offset deltas come out byte for byte, the empty one too."""
    assert b"chain length = " in repo.git("verify-pack", "-v", *map(str, repo.path.glob("objects/pack/*.idx")))
    same(reader(repo.path), blobs_of(repo.path))


def test_deltas_by_id(repo: RepoBuilder, reader: Reader) -> None:
    """Packs whose deltas name their base by id are read too."""
    repo.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50")
    same(reader(repo.path), blobs_of(repo.path))


def test_loose_objects(repo: RepoBuilder, reader: Reader) -> None:
    """Loose objects are found, beside packs and alone."""
    loose = git(repo.path, "hash-object", "-w", "--stdin", stdin=b"loose \xff\0" * 5000).decode().strip()
    assert (repo.path / "objects" / loose[:2] / loose[2:]).is_file()
    same(reader(repo.path), blobs_of(repo.path))


def test_only_loose_objects(repo: RepoBuilder, reader: Reader) -> None:
    """A store without any pack is read."""
    pack = next(repo.path.glob("objects/pack/*.pack"))
    moved = shutil.move(pack, repo.path / "old.pack")
    shutil.rmtree(repo.path / "objects" / "pack")
    git(repo.path, "unpack-objects", "-q", stdin=Path(moved).read_bytes())
    same(reader(repo.path), blobs_of(repo.path))


def test_several_packs(repo: RepoBuilder, reader: Reader) -> None:
    """Ids are looked up in every pack; one that lies in two comes once."""
    before = blobs_of(repo.path)
    for n in range(3):
        repo.commit({f"later{n}": f"later {n}\n" * 400})
        repo.git("repack", "-q")
    repo.git("repack", "-aq")
    assert len(list(repo.path.glob("objects/pack/*.pack"))) > 2
    same(reader(repo.path), before | blobs_of(repo.path))


def test_sha256(tmp_path: Path, reader: Reader) -> None:
    """Repositories with ids of 32 bytes are read, packed and loose."""
    git(tmp_path, "init", "-q", "--bare", "--object-format=sha256", "-b", "main", "wide.git")
    repo = evolve(RepoBuilder(tmp_path / "wide.git"), 4)
    repo.git("repack", "-adfq")
    git(repo.path, "hash-object", "-w", "--stdin", stdin=b"loose")
    same(reader(repo.path), blobs_of(repo.path), verify=True)


def test_offsets_of_64_bits(repo: RepoBuilder, reader: Reader) -> None:
    """Offsets in the second table of the index, as in packs over 2 GiB, are followed."""
    pack = next(repo.path.glob("objects/pack/*.pack"))
    pack.with_suffix(".idx").unlink()
    repo.git("index-pack", "--index-version=2,0x40", str(pack))
    same(reader(repo.path), blobs_of(repo.path))


def test_old_index_is_left_to_git(repo: RepoBuilder, reader: Reader) -> None:
    """A pack with an index of version 1 is read through git, and a new one beside it natively."""
    pack = next(repo.path.glob("objects/pack/*.pack"))
    pack.with_suffix(".idx").unlink()
    repo.git("index-pack", "--index-version=1", str(pack))
    repo.commit({"new": "in a pack of its own\n"})
    same(reader(repo.path), blobs_of(repo.path))


@pytest.mark.skipif(not inflater(), reason="no native kernels here")
def test_small_room_for_bases(repo: RepoBuilder) -> None:
    """A chain that does not fit into the room for bases is built by dropping spent ones, else by git: never lost."""
    expected = blobs_of(repo.path)
    for room in (1, 5_000, 20_000, 26_000, 30_000, 60_000):
        same(Objects(repo.path, path_bytes=room), expected, verify=True)


def test_batches_respect_their_size(repo: RepoBuilder, reader: Reader) -> None:
    """A batch holds at most ``batch_bytes``, except for one blob that is larger by itself."""
    expected = blobs_of(repo.path)
    ids = array(expected)
    for batch in reader(repo.path).read(ids, batch_bytes=5000):
        lengths = np.diff(batch.offsets)
        assert batch.offsets[-1] <= 5000 or (lengths > 0).sum() == 1
        assert len(batch.offsets) == len(batch) + 1
    same(reader(repo.path), expected, batch_bytes=1)


@pytest.mark.skipif(not inflater(), reason="no native kernels here")
def test_batches_share_memory(repo: RepoBuilder) -> None:
    """A batch is only good until the next one; ``copy`` keeps it."""
    names = list(blobs_of(repo.path))
    batches = list(Objects(repo.path).read(array(names), batch_bytes=10_000))
    shared = {batch.arena.ctypes.data for batch in batches}
    assert len(shared) < len(batches)
    kept = [batch.copy() for batch in Objects(repo.path).read(array(names), batch_bytes=10_000)]
    assert {names[r]: b[j] for b in kept for j, r in enumerate(b.rows)} == blobs_of(repo.path)


def test_equal_ids_come_once(repo: RepoBuilder, reader: Reader) -> None:
    """Of equal ids only the first row is given, present or missing; ``sizes`` answers for every row."""
    loose = bytes.fromhex(git(repo.path, "hash-object", "-w", "--stdin", stdin=b"loose").decode())
    names = [*blobs_of(repo.path), b"\1" * 20]
    assert loose in names
    objects = reader(repo.path)
    found = contents(objects.read(array(names * 3)))
    assert sorted(found) == list(range(len(names) - 1))
    assert objects.missing.tolist() == [len(names) - 1]
    assert objects.sizes(array(names * 3)).tolist() == objects.sizes(array(names)).tolist() * 3


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 40])
def test_parts_are_a_partition(repo: RepoBuilder, reader: Reader, parts: int) -> None:
    """The parts of a read are disjoint and complete, losses included, and the same every time."""
    git(repo.path, "hash-object", "-w", "--stdin", stdin=b"loose")
    tree = bytes.fromhex(repo.git("rev-parse", "HEAD^{tree}").decode())
    names = [*blobs_of(repo.path), b"\1" * 20, b"\2" * 20, tree]
    objects, seen = reader(repo.path), []
    for i in range(parts):
        mine = [*contents(objects.read(array(names), part=(i, parts), max_size=9000))]
        mine += [*objects.missing, *objects.oversized, *objects.damaged]
        again = [*contents(objects.read(array(names), part=(i, parts), max_size=9000))]
        assert mine[: len(again)] == again
        seen += mine
    assert sorted(seen) == list(range(len(names)))


def test_parts_are_balanced(make_repo: Callable[..., RepoBuilder], reader: Reader) -> None:
    """Parts are about equal in bytes when no tree is large."""
    rng = np.random.default_rng(1)
    repo = make_repo("even", {f"f{i}": rng.bytes(int(rng.integers(1, 3000))).hex() for i in range(400)})
    names = list(blobs_of(repo.path))
    shares = [sum(map(len, contents(reader(repo.path).read(array(names), part=(i, 4))).values())) for i in range(4)]
    assert max(shares) < 1.05 * sum(shares) / 4


def test_one(repo: RepoBuilder, reader: Reader) -> None:
    """A single blob is given by its id; what cannot be given is an error that says why."""
    objects = reader(repo.path)
    for name, content in blobs_of(repo.path).items():
        assert objects.one(name) == content
    with pytest.raises(DamagedRepository, match="not in the store"):
        objects.one(b"\1" * 20)
    with pytest.raises(DamagedRepository, match="no blob"):
        objects.one(bytes.fromhex(repo.commits[0]))
    with pytest.raises(LimitExceeded, match="more than 5 bytes"):
        objects.one(max(blobs_of(repo.path), key=lambda name: len(objects.one(name))), max_size=5)


def test_nothing_asked(repo: RepoBuilder, reader: Reader) -> None:
    """No ids, no batches."""
    objects = reader(repo.path)
    assert not list(objects.read(np.zeros((0, 20), np.uint8)))
    assert len(objects.sizes(np.zeros((0, 20), np.uint8))) == 0


@pytest.mark.parametrize("ids", [np.zeros((1, 19), np.uint8), np.zeros(20, np.uint8), np.zeros((1, 20), np.int8)])
def test_ids_have_a_shape(repo: RepoBuilder, ids: np.ndarray) -> None:
    """Anything but rows of 20 or 32 bytes is refused at once."""
    with pytest.raises(InvalidInput, match="ids are"):
        Objects(repo.path).read(ids)


@pytest.mark.parametrize("part", [(1, 1), (-1, 2), (0, 0)])
def test_part_has_a_range(repo: RepoBuilder, part: tuple[int, int]) -> None:
    """A part that does not exist is refused at once."""
    with pytest.raises(InvalidInput, match="part"):
        Objects(repo.path).read(np.zeros((1, 20), np.uint8), part=part)
