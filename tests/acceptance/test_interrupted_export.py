"""Exports that end in the middle: a full disk, a kill, a folder that another version wrote."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.calling import Strata, command, finish, start

from .conftest import MIT, World, digests

ALL = {"export.write.also": "jsonl,csv,webdataset", "export.write.shard_mb": 1}


def noise(seed: int, size: int) -> str:
    """Write assignments of random letters, which nothing packs well."""
    rng = random.Random(seed)
    lines = size // 60
    return "".join(
        f"{''.join(rng.choices('abcdefghijklmnop', k=20))} = '{rng.randbytes(16).hex()}'\n" for _ in range(lines)
    )


@pytest.fixture
def source(make_repo: Callable, tmp_path: Path) -> Path:
    """List two repositories of some megabytes."""
    for n, name in enumerate(("a", "z")):
        make_repo(name, {"LICENSE": MIT} | {f"f{k}.py": noise(100 * n + k, 90_000) for k in range(8)})
    (tmp_path / "repos.csv").write_text("url\na.git\nz.git\n")
    return tmp_path / "repos.csv"


@pytest.fixture
def small(mount: Callable[[str], Path]) -> Path:
    """Give a disk of two megabytes."""
    return mount("2m")


def test_a_full_disk_in_the_middle(source: Path, small: Path, strata: Strata, tmp_path: Path) -> None:
    """The reason is told, nothing half-written stays, what was there before does; with room the bytes are the same."""
    few = {"export.write.name": "before", "export.files.max_bytes": 2000}
    assert strata("run", source, "-o", small / "ds", settings=few).code == 0
    before = digests(small / "ds")
    ended = strata("run", source, "-o", small / "ds", settings=ALL)
    assert ended.code not in {0, 2, 3}
    assert ended.line("error:", "No space left on device", "free some disk space")
    assert digests(small / "ds") == before
    assert [path.name for path in small.iterdir()] == ["ds"]
    subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
    again = strata("run", source, "-o", small / "ds", "--json", settings=ALL)
    assert again.code == 0
    assert all(stage["done"] == 0 for stage in again.json["stages"].values())
    strata("run", source, "-o", "whole", settings=ALL, workspace="w2")
    assert digests(small / "ds") == digests(tmp_path / "whole")


def test_a_kill_in_the_middle(source: Path, strata: Strata, tmp_path: Path) -> None:
    """Killed while shards are written, the next run leaves the dataset that one in peace would have left."""
    assert strata("run", source, "-o", "whole", settings=ALL, workspace="w2").code == 0
    assert strata("run", source, "-o", "other").code == 0
    words = ("export", "-o", "ds")
    settings = {**ALL, "engine.workers": 1}
    process = start(command(*words, settings=settings), tmp_path)
    while process.poll() is None and not list(tmp_path.glob(".ds.new/data/*")):
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "ds").exists()
    assert finish(start(command(*words, settings=settings), tmp_path)).code == 0
    assert digests(tmp_path / "ds") == digests(tmp_path / "whole")
    assert not list(tmp_path.glob(".ds*"))


def _older(out: Path) -> None:
    """Make a dataset look as the first version of its format had it: one split, one format, fewer files."""
    said = json.loads((out / "manifest.json").read_text())
    for name in ("schema.json", "croissant.json", "spdx.json"):
        (out / name).unlink()
    said["files"] = [f for f in said["files"] if (out / f["path"]).exists()]
    said["format"] = "codestrata-dataset/1"
    for name in ("rows", "text"):
        del said["figures"][name]
    said["inputs"]["shards"] = dict.fromkeys(said["inputs"]["shards"], "0" * 32)
    said["inputs"]["settings"]["write"] = {"format": "parquet", "shard_mb": 64, "name": "x"}
    (out / "manifest.json").write_text(json.dumps(said))


def test_a_dataset_of_an_older_version_is_replaced(world: World, strata: Strata) -> None:
    """What the first version wrote is known as a dataset, can be traced in, and gives way to one of today."""
    assert strata("run", world.list, "-o", "ds").code == 0
    want = digests(world.folder / "ds")
    _older(world.folder / "ds")
    assert strata("lineage", "beta:lib/third.py", "-d", "ds").code == 0
    assert strata("run", world.list, "-o", "ds").code == 0
    assert digests(world.folder / "ds") == want


def test_a_dataset_of_a_newer_version_is_left_alone(world: World, strata: Strata) -> None:
    """Nobody writes over what he cannot read, and the reason is told before any work."""
    assert strata("run", world.list, "-o", "ds").code == 0
    manifest = world.folder / "ds" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("codestrata-dataset/2", "codestrata-dataset/3"))
    before = digests(world.folder / "ds")
    shutil.rmtree(world.folder / "w")
    ended = strata("run", world.list, "-o", "ds")
    assert ended.code == 2
    assert ended.lines == [ended.line("error: ds:", "newer codestrata (codestrata-dataset/3)", "name another folder")]
    assert digests(world.folder / "ds") == before
    assert not (world.folder / "w").exists()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"export.split.test": 0.7, "export.split.validation": 0.7}, "more than a whole"),
        ({"export.split.by": "time", "export.split.test_from": "soon"}, "'soon' is no day"),
    ],
)
def test_splits_that_cannot_be(world: World, strata: Strata, setting: dict[str, object], said: str) -> None:
    """A share over one and a day that is none are bad input, told before any work."""
    ended = strata("run", world.list, "-o", "ds", settings=setting)
    assert ended.code == 2
    assert ended.lines == [ended.line("error:", "export.split.test", said)]
    assert not (world.folder / "w").exists()
