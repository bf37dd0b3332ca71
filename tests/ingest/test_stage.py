"""The stage: what a partition depends on, what it gives for every kind of origin, and that the tables can be stored."""

from __future__ import annotations

import json
import subprocess
import tarfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import git
from tests.ingest.conftest import INGEST, local, paths, remote

from codestrata.errors import DamagedRepository, RepositoryMissing
from codestrata.ingest.limits import check_content, git_limits, regular_files, stored_bytes, tree_limits
from codestrata.model import Completeness, Origin, OriginKind, Repository
from codestrata.settings import Settings, load
from codestrata.store.columns import Varlen, rows
from codestrata.store.tables import Tables


def archive(path: Path, files: dict[str, bytes]) -> Repository:
    """Write a tar archive and name it."""
    with tarfile.open(path, "w:gz") as tar:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, BytesIO(body))
    return Repository.at(Origin(OriginKind.ARCHIVE, str(path)), path.name.partition(".")[0])


def test_the_stage_says_what_it_is() -> None:
    """Name, verb and unit are as the pipeline knows them."""
    assert (INGEST.name, INGEST.verb, INGEST.unit) == ("ingest", "ingest", "repositories")


def test_planning_names_every_input(make_repo, bench) -> None:
    """The spec is JSON; the partition belongs to its repository; a remote one waits for the network, host by host."""
    here = bench.plan(local(make_repo("a", {"x": "1"}).path))
    there = bench.plan(remote("https://git.example.org/owner/repo"))
    package = bench.plan(Repository.at(Origin(OriginKind.PACKAGE, "pkg:pypi/x@1"), "x"))
    assert json.loads(json.dumps(here.spec)) == here.spec
    assert (here.pool, here.limit_key, here.title) == ("cpu", "", "a")
    assert (there.pool, there.limit_key) == ("net", "git.example.org")
    assert (package.pool, package.limit_key) == ("net", "pkg:pypi")


@pytest.mark.parametrize(
    ("flags", "same"),
    [
        ({"ingest__limits__seconds": 5}, True),
        ({"engine__workers": 3}, True),
        ({"git__memory_mb": 999}, True),
        ({"ingest__limits__max_entries": 5}, False),
        ({"ingest__strategy": "full"}, False),
        ({"ingest__depth": 2}, False),
        ({"ingest__history": "none"}, False),
        ({"ingest__refresh": "today"}, False),
    ],
)
def test_only_what_matters_is_in_the_key(bench, flags: dict[str, object], same: bool) -> None:
    """Settings that change what comes out change the key; those that do not, do not."""
    repository = remote("https://git.example.org/owner/repo")
    assert (bench.plan(repository, **flags).key == bench.plan(repository).key) is same


def test_the_name_is_not_in_the_key(bench) -> None:
    """A repository called otherwise is the same repository."""
    url = "https://git.example.org/owner/repo"
    assert bench.plan(remote(url, "Owner/Repo")).key == bench.plan(remote(url, "owner/repo")).key


def test_the_same_twice_gives_the_same(make_repo, bench) -> None:
    """Two runs of one partition give equal snapshots and byte-identical tables."""
    repo = make_repo("a", {"x": "1", "y/z": "2"})
    repo.commit({"x": "3"})
    first = bench.run(local(repo.path), ingest__strategy="full", ingest__history="numstat")
    second = bench.run(local(repo.path), ingest__strategy="full", ingest__history="numstat")
    tables = Tables(bench.workspace / "tables")
    hashes = [{n: tables.write(n, c).sha256 for n, c in out.tables.items()} for out in (first, second)]
    assert hashes[0] == hashes[1]
    assert first.snapshots == second.snapshots
    assert first.result == second.result


def test_tables_go_to_parquet_and_back(make_repo, bench) -> None:
    """Files, commits and changes have the agreed columns and survive the store, whatever bytes they hold."""
    repo = make_repo("a", {b"\xff\n": "1", "y": "2"})
    repo.commit({b"\xff\n": None, "moved": "1"})
    outcome = bench.run(local(repo.path), ingest__strategy="full")
    tables = Tables(bench.workspace / "tables")
    for name, columns in outcome.tables.items():
        back = tables.read([tables.write(name, columns)])
        assert list(back) == list(columns)
        for key, column in columns.items():
            assert list(back[key]) == list(column), key
    assert list(outcome.tables["files"]) == ["path", "mode", "blob", "size"]
    assert list(outcome.tables["changes"]) == [
        "commit", "status", "path", "old_path", "old_blob", "new_blob", "similarity", "added", "deleted",
    ]  # fmt: skip
    assert outcome.counts["files"] == 2


@pytest.mark.parametrize(("history", "tables"), [("none", {"files"}), ("commits", {"files", "commits"})])
def test_history_can_be_left_out(make_repo, bench, history: str, tables: set[str]) -> None:
    """Only the tables asked for are made."""
    assert set(bench.run(local(make_repo("a", {"x": "1"}).path), ingest__history=history).tables) == tables


def test_an_archive(tmp_path, bench) -> None:
    """A source archive becomes a repository of one commit; a changed archive is a new partition and a new commit."""
    repository = archive(tmp_path / "src-1.0.tar.gz", {"src-1.0/a.py": b"1", "src-1.0/b/c.py": b"22"})
    first = bench.run(repository)
    assert paths(first) == [b"a.py", b"b/c.py"]
    assert first.snapshots[0].completeness == Completeness.FULL
    key = bench.plan(repository).key
    archive(tmp_path / "src-1.0.tar.gz", {"src-1.0/a.py": b"changed"})
    assert bench.plan(repository).key != key
    second = bench.run(repository)
    assert paths(second) == [b"a.py"]
    assert git(bench.git_dir(second), "cat-file", "-t", first.snapshots[0].commit) == b"commit\n"


def test_archives_that_are_not(tmp_path, bench) -> None:
    """A missing archive is missing, a broken one is damage; planning minds neither."""
    gone = Repository.at(Origin(OriginKind.ARCHIVE, str(tmp_path / "gone.zip")), "gone")
    with pytest.raises(RepositoryMissing):
        bench.run(gone)
    (tmp_path / "gone.zip").write_bytes(b"no archive at all")
    with pytest.raises(DamagedRepository):
        bench.run(gone)
    assert list((bench.workspace / "git").glob("*/*")) == []


def test_errors_name_the_repository(tmp_path, bench) -> None:
    """What goes wrong deep down is told with the repository's name."""
    path = tmp_path / "half.git"
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    (path / "HEAD").write_text("1" * 40)
    with pytest.raises(DamagedRepository, match="half"):
        bench.run(local(path))


def test_a_full_workspace_path_is_not_in_the_snapshot(make_repo, bench) -> None:
    """Snapshots name their repository relative to the workspace, so that a workspace can be moved."""
    repository = local(make_repo("a", {"x": "1"}).path)
    (snapshot,) = bench.run(repository).snapshots
    assert snapshot.git_dir == f"git/{repository.id[:2]}/{repository.id}.git"


def test_limits_come_from_the_settings() -> None:
    """Every limit of git and of the tree is a setting."""
    settings = load(
        flags={
            "git.memory_mb": 300,
            "git.cpu_seconds": 7,
            "ingest.limits.max_pack_bytes": 11,
            "ingest.limits.max_entries": 12,
            "ingest.limits.max_path_bytes": 13,
            "ingest.limits.max_depth": 14,
        }
    )
    git_ = git_limits(settings.git, settings.ingest.limits)
    assert (git_.memory, git_.cpu_seconds, git_.file_bytes) == (300 << 20, 7, 11)
    tree = tree_limits(settings.ingest.limits)
    assert (tree.entries, tree.path_bytes, tree.depth) == (12, 13, 14)


def test_content_limits_ignore_what_has_no_size(tmp_path) -> None:
    """Submodules and missing blobs weigh nothing; loose objects and packs are what the ratio is taken of."""
    (tmp_path / "objects/ab").mkdir(parents=True)
    (tmp_path / "objects/ab/cd").write_bytes(b"12345")
    files = {"path": Varlen.of([b"a", b"b"], text=False), "mode": np.array([0o160000, 0o100644], np.int32),
             "size": np.array([-1, 1000], np.int64)}  # fmt: skip
    assert stored_bytes(tmp_path) == 5
    assert regular_files(files).tolist() == [False, True]
    limits = Settings().ingest.limits
    check_content(files, tmp_path, limits)
    check_content(files, tmp_path, limits.model_copy(update={"ratio_from_bytes": 1, "max_ratio": 200}))
    assert rows(files) == 2


def test_lists_fit_into_one_variable() -> None:
    """``git.allow_private_hosts`` may be written with commas."""
    assert load(environment={"STRATA_GIT__ALLOW_PRIVATE_HOSTS": "a, b:1"}).git.allow_private_hosts == ("a", "b:1")


def test_partitions_are_frozen(bench) -> None:
    """A partition changed is another partition."""
    partition = bench.plan(remote("https://git.example.org/owner/repo"))
    assert replace(partition, title="x").key == partition.key
