"""What a change costs: texts are made once per content, shards that stay are not written again."""

from __future__ import annotations

import json

import duckdb
import pyarrow.parquet as pq
import pytest

from codestrata.errors import InvalidInput

from .conftest import MIT, World, code, digests

SEEDS = {"a": 0, "z": 1000}


@pytest.fixture
def large(make_repo, tmp_path) -> World:
    """Two repositories of several shards each, at one megabyte a shard."""
    files = {
        name: {f"src/f{i:03}.py": code(1000 * n + i, 120) for i in range(200)} for n, name in enumerate(("a", "z"))
    }
    return World(tmp_path, {name: make_repo(name, {"LICENSE": MIT, **listed}) for name, listed in files.items()})


def build(world: World, **where: str):
    """Run with shards of one megabyte."""
    return world.run(export__write__shard_mb=1, **where)


def done(report, stage: str) -> int:
    """Say how many partitions of a stage were carried out."""
    return next(s.done for s in report.stages if s.stage == stage)


def test_texts_that_stay_are_not_made_again(large):
    """A commit changes the commit of every row of its repository; only the texts around the change are made again."""
    first = build(large)
    assert done(first, "export.texts") == first.dataset.shards > 4
    large.repos["a"].commit({"src/f000.py": code(5000, 120)}, "one file")
    second = build(large)
    assert 1 <= done(second, "export.texts") <= 2
    build(large, workspace="fresh", out="full")
    assert digests(large.folder / "dataset") == digests(large.folder / "full")


def test_shards_that_stay_are_kept(large):
    """The shards of a repository that did not move are the same files as before, in every format."""
    formats = {"export__write__also": "jsonl.zst"}
    build(large, **formats)
    data, packed = large.folder / "dataset" / "data", large.folder / "dataset" / "jsonl.zst"
    before = {path.name: path.stat().st_ino for folder in (data, packed) for path in folder.iterdir()}
    large.repos["z"].commit({"src/f199.py": code(5001, 120)}, "one file")
    build(large, **formats)
    names = {path.stem: set(pq.read_table(path)["repository"].to_pylist()) for path in data.iterdir()}
    alone = {name for name, repositories in names.items() if repositories == {"a"}}
    for folder, ending in ((data, ".parquet"), (packed, ".jsonl.zst")):
        shards = [path for path in folder.iterdir() if path.name.endswith(ending)]
        stayed = {path.name for path in shards if path.stat().st_ino == before.get(path.name)}
        assert stayed == {f"{name}{ending}" for name in alone} != set()
    build(large, workspace="fresh", out="full", **formats)
    assert digests(large.folder / "dataset") == digests(large.folder / "full")


def test_a_damaged_shard_is_never_kept(large):
    """What stays is taken from a dataset that is whole; one that was changed by hand is written anew."""
    build(large)
    want = digests(large.folder / "dataset")
    shard = min((large.folder / "dataset" / "data").iterdir())
    shard.write_bytes(shard.read_bytes()[:-1] + b"?")
    large.repos["z"].commit({"README": "nothing that is kept\n"}, "more")
    build(large)
    assert digests(large.folder / "dataset")[f"data/{shard.name}"] == want[f"data/{shard.name}"]


def test_a_fork_makes_no_text(large, make_repo):
    """Texts are named by their contents: another repository with the same files costs none."""
    build(large)
    fork = {path: code(int(path[5:8]), 120) for path in (f"src/f{i:03}.py" for i in range(200))}
    large.repos["fork"] = make_repo("fork", {"LICENSE": MIT, **fork})
    assert done(build(large), "export.texts") <= 1


def test_without_deduplication_copies_have_texts_of_their_own(world):
    """Where copies are kept, each row still has its text."""
    world.run(export__dedup__level="none")
    found = duckdb.sql(f"select path, text from '{world.folder}/dataset/data/*.parquet' where path like '%other.py'")
    assert len(found.fetchall()) == 2
    assert {text for _, text in found.fetchall()} == {code(2)}


def test_the_manifest_knows_the_shards(large):
    """Hashes of shards are those of their bytes, though nobody read them a second time."""
    build(large)
    out = large.folder / "dataset"
    listed = {f["path"]: f["sha256"] for f in json.loads((out / "manifest.json").read_text())["files"]}
    assert {name: digest for name, digest in digests(out).items() if name != "manifest.json"} == listed


def test_another_format_in_the_same_folder(world):
    """JSON Lines, then Parquet, then JSON Lines again: each build is that of an empty folder."""
    world.run(out="want")
    world.run(out="json", export__write__format="jsonl")
    for kind, want in (
        ("jsonl", "json"),
        ("parquet", "want"),
        ("jsonl.zst", None),
        ("parquet", "want"),
        ("jsonl", "json"),
    ):
        world.run(export__write__format=kind)
        assert want is None or digests(world.folder / "dataset") == digests(world.folder / want)


def test_the_dataset_comes_back_after_a_kill_between_two_renames(world):
    """While a dataset is replaced it has another name for a moment; it is not lost there."""
    world.run()
    want = digests(world.folder / "dataset")
    (world.folder / "dataset").rename(world.folder / ".dataset.old")
    report = world.run()
    assert digests(world.folder / "dataset") == want
    assert [s.done for s in report.stages] == [0] * len(report.stages)


@pytest.mark.parametrize(
    "text", ['{"name": "web"}', "[]", '{"format": "codestrata-dataset/1"}', '{"inputs": {"key": ""}}']
)
def test_a_manifest_of_somebody_else_is_no_dataset(world, text):
    """A folder with a manifest of another make is refused before any work, and stays as it is."""
    out = world.folder / "mine"
    out.mkdir()
    (out / "manifest.json").write_text(text)
    with pytest.raises(InvalidInput, match="no dataset"):
        world.run(out="mine")
    assert [path.name for path in out.iterdir()] == ["manifest.json"]
    assert not (world.folder / "w").exists()
