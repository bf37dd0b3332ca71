"""Local repositories: read without being changed, copied or obeyed; safe from their own housekeeping."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder, git
from tests.ingest.conftest import Bench, local, paths

from codestrata.errors import DamagedRepository, RepositoryMissing, SecurityViolation
from codestrata.git.commits import cut_commits
from codestrata.ingest import adopt
from codestrata.model import Completeness


@pytest.fixture
def grown(make_repo: Callable[..., RepoBuilder]) -> RepoBuilder:
    """Give a repository of three commits, partly packed."""
    repo = make_repo("grown", {"a.py": "one\n"})
    repo.commit({"b/c.py": "two\n"})
    repo.git("gc", "-q")
    repo.commit({"a.py": "three\n"})
    return repo


def state(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Give what a repository is: names, modes, sizes, times of change, contents."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        body = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path)] = (status.st_mode, status.st_size if body else 0, status.st_mtime_ns, body)
    return found


def objects(git_dir: Path) -> set[bytes]:
    """Give the ids of all objects a repository has."""
    return set(git(git_dir, "cat-file", "--batch-check=%(objectname)", "--batch-all-objects").split())


def test_shallow_by_default(grown, bench) -> None:
    """As from a server: the files of HEAD, one commit, its true parent."""
    outcome = bench.run(local(grown.path))
    (snapshot,) = outcome.snapshots
    assert (snapshot.commit, snapshot.ref) == (grown.commits[2], "refs/heads/main")
    assert (snapshot.completeness, snapshot.depth) == (Completeness.SHALLOW, 1)
    assert paths(outcome) == [b"a.py", b"b/c.py"]
    assert outcome.tables["commits"]["parents"].strings() == [grown.commits[1]]
    assert git(bench.git_dir(outcome), "rev-list", "HEAD").split() == [grown.commits[2].encode()]


@pytest.mark.parametrize(("depth", "commits", "kind"), [(2, 2, "shallow"), (3, 3, "full"), (9, 3, "full")])
def test_deeper(grown, bench, depth: int, commits: int, kind: str) -> None:
    """``depth`` counts commits; when it reaches the beginning nothing is cut."""
    outcome = bench.run(local(grown.path), ingest__depth=depth)
    assert len(outcome.tables["commits"]["commit"]) == commits
    assert outcome.snapshots[0].completeness == Completeness(kind)


def test_depth_is_counted_along_every_parent(make_repo, bench) -> None:
    """With merges, depth is the distance from HEAD, as git counts it."""
    repo = make_repo("merged", {"a": "1"})
    repo.commit({"a": "2"})
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    who = ["-c", "user.name=M", "-c", "user.email=m@example.org"]
    parents = [argument for commit in repo.commits for argument in ("-p", commit)]
    merge = git(repo.path, *who, "commit-tree", tree, *parents, "-m", "merge").decode().strip()
    repo.git("update-ref", "refs/heads/main", merge)
    clone = repo.path.parent / "by-git.git"
    git(clone.parent, "clone", "-q", "--bare", "--depth=2", f"file://{repo.path}", str(clone))
    ours = bench.git_dir(bench.run(local(repo.path), ingest__depth=2))
    assert git(ours, "rev-list", "HEAD") == git(clone, "rev-list", "HEAD")
    assert cut_commits(ours) == cut_commits(clone) == {repo.commits[1]: (repo.commits[0],)}


def test_full(grown, bench) -> None:
    """``full`` gives all history there is."""
    outcome = bench.run(local(grown.path), ingest__strategy="full")
    assert outcome.snapshots[0].completeness == Completeness.FULL
    assert len(outcome.tables["commits"]["commit"]) == 3


def test_nothing_is_copied_and_nothing_is_changed(grown, bench) -> None:
    """The objects get a second name; the repository keeps every byte, name, mode and time."""
    before = state(grown.path)
    outcome = bench.run(local(grown.path), ingest__strategy="full")
    assert state(grown.path) == before
    pack = next((grown.path / "objects/pack").glob("*.pack"))
    ours = bench.git_dir(outcome) / "objects/pack" / pack.name
    assert ours.samefile(pack)
    assert objects(bench.git_dir(outcome)) == objects(grown.path)


def test_across_file_systems_it_is_fetched(grown, bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where links are impossible, the same snapshot and tables come by a fetch out of a repository of ours."""
    linked = bench.run(local(grown.path))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(adopt.os, "link", refuse)
    for flags in ({}, {"ingest__strategy": "full"}, {"ingest__depth": 2}):
        other = Bench(bench.workspace.parent / f"other{len(flags)}{flags.get('ingest__depth')}")
        other.workspace.mkdir()
        before = state(grown.path)
        fetched = other.run(local(grown.path), **flags)
        assert state(grown.path) == before
        assert fetched.snapshots[0].commit == linked.snapshots[0].commit
        assert paths(fetched) == paths(linked)
        grown_commits = (
            {"": 1, "full": 3}[str(flags.get("ingest__strategy", ""))] if "ingest__depth" not in flags else 2
        )
        assert len(fetched.tables["commits"]["commit"]) == grown_commits
        assert objects(other.git_dir(fetched)) <= objects(grown.path)


def test_across_file_systems_for_real(grown) -> None:
    """The same with a workspace that really lies elsewhere."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == grown.path.stat().st_dev or not os.access(memory, os.W_OK):
        pytest.skip("one file system only")
    bench = Bench(memory / f"strata-test-{os.getpid()}")
    bench.workspace.mkdir()
    try:
        first = bench.run(local(grown.path))
        assert paths(first) == [b"a.py", b"b/c.py"]
        grown.commit({"new": "4"})
        assert paths(bench.run(local(grown.path))) == [b"a.py", b"b/c.py", b"new"]
    finally:
        shutil.rmtree(bench.workspace)


def test_its_own_housekeeping_takes_nothing_away(grown, bench) -> None:
    """After gc, a forced reset and prune, or after deletion, what was ingested can still be read."""
    outcome = bench.run(local(grown.path))
    grown.git("update-ref", "refs/heads/main", grown.commits[0])
    grown.git("reflog", "expire", "--expire=now", "--all")
    grown.git("gc", "-q", "--prune=now")
    assert git(bench.git_dir(outcome), "cat-file", "-p", f"{grown.commits[2]}:a.py") == b"three\n"
    shutil.rmtree(grown.path)
    assert git(bench.git_dir(outcome), "cat-file", "-p", f"{grown.commits[2]}:b/c.py") == b"two\n"


def test_a_new_commit_is_a_new_partition(grown, bench) -> None:
    """Planning reads HEAD: with nothing changed the key stays, with a commit it changes; the run takes just that."""
    first = bench.plan(local(grown.path))
    assert bench.plan(local(grown.path)).key == first.key
    bench.run(local(grown.path))
    grown.commit({"new.py": "4\n"})
    second = bench.plan(local(grown.path))
    assert second.key != first.key
    assert second.spec["commit"] == grown.commits[3]
    assert paths(bench.run(local(grown.path))) == [b"a.py", b"b/c.py", b"new.py"]


def test_the_planned_commit_is_the_one_taken(grown, bench) -> None:
    """When HEAD moves between planning and running, the planned commit is taken: the key says what is in it."""
    from tests.ingest.conftest import INGEST, StageIO

    from codestrata.settings import load

    partition = bench.plan(local(grown.path))
    grown.commit({"late.py": "4\n"})
    outcome = INGEST.run(partition, StageIO(load(), bench.workspace))
    assert outcome.snapshots[0].commit == grown.commits[2]


def test_what_the_source_dropped_is_dropped(grown, bench) -> None:
    """After the source repacked, our second names follow: disk space is not held twice."""
    bench.run(local(grown.path))
    grown.git("gc", "-q", "--prune=now")
    grown.commit({"new.py": "4\n"})
    outcome = bench.run(local(grown.path))
    names = {path.name for path in (grown.path / "objects/pack").glob("*.pack")}
    assert {path.name for path in (bench.git_dir(outcome) / "objects/pack").glob("*.pack")} == names


def test_work_tree(make_repo, bench, tmp_path) -> None:
    """A folder with ``.git`` is taken at its HEAD commit; what is not committed is not there."""
    work = tmp_path / "work"
    git(tmp_path, "init", "-q", "-b", "main", str(work))
    (work / "a.py").write_text("1")
    git(work, "add", ".")
    git(work, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x")
    (work / "b.py").write_text("2")
    before = state(work)
    assert paths(bench.run(local(work))) == [b"a.py"]
    assert state(work) == before


def test_linked_work_tree(grown, bench, tmp_path) -> None:
    """A linked work tree is taken at its own HEAD, with the objects of its main repository."""
    linked = tmp_path / "linked"
    grown.git("worktree", "add", "-q", "--detach", str(linked), grown.commits[0])
    (snapshot,) = bench.run(local(linked)).snapshots
    assert (snapshot.commit, snapshot.ref) == (grown.commits[0], "")


def test_a_git_file_that_nobody_confirms_is_refused(grown, bench, tmp_path) -> None:
    """A ``.git`` file cannot point at somebody else's repository."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".git").write_text(f"gitdir: {grown.path}\n")
    with pytest.raises(SecurityViolation, match="does not know it"):
        bench.run(local(folder))


@pytest.mark.parametrize("name", ["objects", "objects/pack", "objects/{fan}", "objects/pack/{pack}", ".git"])
def test_links_are_not_followed(grown, bench, tmp_path, name: str) -> None:
    """Objects behind a symbolic link are refused: the link could lead to any repository of this machine."""
    target = tmp_path / "elsewhere"
    if name == ".git":
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / ".git").symlink_to(grown.path)
        path = folder
    else:
        fan = next(p.name for p in (grown.path / "objects").iterdir() if len(p.name) == 2)
        pack = next((grown.path / "objects/pack").glob("*.pack")).name
        victim = grown.path / name.format(fan=fan, pack=pack)
        victim.rename(target)
        victim.symlink_to(target)
        path = grown.path
    with pytest.raises(SecurityViolation, match="symbolic link"):
        bench.run(local(path))


def test_borrowed_objects_need_leave(grown, bench, tmp_path) -> None:
    """A repository that borrows objects is refused, with what to do; with the setting it is read with its lender."""
    clone = tmp_path / "borrower.git"
    git(tmp_path, "clone", "-q", "--bare", "--shared", str(grown.path), str(clone))
    with pytest.raises(SecurityViolation, match="borrows objects") as caught:
        bench.run(local(clone))
    assert "ingest.borrowed_objects" in caught.value.hint
    assert paths(bench.run(local(clone), ingest__borrowed_objects=True)) == [b"a.py", b"b/c.py"]


def test_a_shallow_source(grown, bench, tmp_path) -> None:
    """A shallow clone is taken as what it is, under any strategy and depth."""
    clone = tmp_path / "clone.git"
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{grown.path}", str(clone))
    for flags in ({}, {"ingest__strategy": "full"}, {"ingest__depth": 3}):
        outcome = bench.run(local(clone), **flags)
        assert outcome.snapshots[0].completeness == Completeness.SHALLOW
        assert len(outcome.tables["commits"]["commit"]) == (2 if flags else 1)


def test_a_partial_source(grown, bench, tmp_path) -> None:
    """A blobless clone is told apart; nothing is fetched behind our back, missing blobs have no size."""
    clone = tmp_path / "clone.git"
    grown.git("config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{grown.path}", str(clone))
    outcome = bench.run(local(clone), ingest__strategy="full", ingest__history="numstat")
    assert outcome.snapshots[0].completeness == Completeness.BLOBLESS
    assert outcome.tables["files"]["size"].tolist() == [-1, -1]
    assert outcome.snapshots[0].bytes == 0


def test_all_refs(grown, bench) -> None:
    """With ``refs = all`` the history of every branch and tag is read; a new branch is a new partition."""
    grown.git("branch", "old", grown.commits[0])
    flags = {"ingest__strategy": "full", "ingest__refs": "all"}
    first = bench.plan(local(grown.path), **flags)
    grown.git("update-ref", "refs/heads/side", grown.commits[1])
    assert bench.plan(local(grown.path), **flags).key != first.key
    grown.git("update-ref", "refs/heads/main", grown.commits[0])
    outcome = bench.run(local(grown.path), **flags)
    assert len(outcome.tables["commits"]["commit"]) == 2
    assert paths(outcome) == [b"a.py"]


def test_sha256(tmp_path, bench) -> None:
    """Repositories with SHA-256 ids are taken with theirs."""
    path = tmp_path / "modern.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "--object-format=sha256", str(path))
    tree = git(path, "hash-object", "-t", "tree", "-w", "--stdin", stdin=b"").decode().strip()
    blob = git(path, "hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    tree = git(path, "mktree", stdin=f"100644 blob {blob}\tfile\n".encode()).decode().strip()
    commit = git(path, "-c", "user.name=A", "-c", "user.email=a@x", "commit-tree", tree, "-m", "m").decode().strip()
    git(path, "update-ref", "refs/heads/main", commit)
    outcome = bench.run(local(path))
    assert outcome.snapshots[0].commit == commit
    assert [name.hex() for name in outcome.tables["files"]["blob"]] == [blob]


def test_unborn_then_born(make_repo, bench) -> None:
    """A repository without a commit is empty; its first commit is a new partition."""
    repo = make_repo("young")
    assert bench.run(local(repo.path)).snapshots[0].completeness == Completeness.EMPTY
    before = bench.plan(local(repo.path)).key
    repo.commit({"a": "1"})
    assert bench.plan(local(repo.path)).key != before
    assert paths(bench.run(local(repo.path))) == [b"a"]


def test_what_is_not_a_repository(tmp_path, bench) -> None:
    """A missing folder, an empty one and a broken one each say what they are; planning does not fail."""
    with pytest.raises(RepositoryMissing, match="nothing here"):
        bench.run(local(tmp_path / "none"))
    with pytest.raises(RepositoryMissing, match="not a Git repository"):
        bench.run(local(tmp_path))
    (tmp_path / "objects").mkdir()
    (tmp_path / "HEAD").write_text("nonsense")
    with pytest.raises(DamagedRepository, match="HEAD"):
        bench.run(local(tmp_path))


def test_objects_that_keep_moving(grown, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Housekeeping during the linking is met by looking again."""
    listing, calls = adopt.holdings, []

    def moving(stores: list[Path]) -> dict[str, Path]:
        found = listing(stores)
        calls.append(1)
        if len(calls) == 1:
            grown.git("gc", "-q", "--prune=now")
        return found

    monkeypatch.setattr(adopt, "holdings", moving)
    ours = tmp_path / "ours.git"
    (ours / "objects/pack").mkdir(parents=True)
    adopt._link_all([grown.path / "objects"], ours / "objects")
    assert listing([ours / "objects"]).keys() == listing([grown.path / "objects"]).keys()
