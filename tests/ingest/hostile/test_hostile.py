"""Hostile repositories: nothing of theirs runs, nothing leaves the workspace, time and memory are bounded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import git
from tests.ingest.conftest import Bench, local, paths, remote
from tests.ingest.git_server import GitServer, Reply
from tests.ingest.hostile import builders

from codestrata.engine.base import Outcome
from codestrata.errors import (
    AnalysisTimeout,
    CloneFailed,
    DamagedRepository,
    ErrorClass,
    LimitExceeded,
    SecurityViolation,
    StrataError,
)
from codestrata.git.config import CONFIG
from codestrata.git.tree import SUBMODULE, SYMLINK
from codestrata.ingest.clone import Wanted, _refspecs
from codestrata.ingest.remote import Advertised
from codestrata.model import Completeness, Origin, OriginKind, Repository

pytestmark = pytest.mark.claim("C6")

Run = Callable[..., Outcome]
BOTH = pytest.mark.parametrize("way", ["local", "remote"])


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Give the file that whatever runs something of a repository's would make."""
    return tmp_path / "EXECUTED"


@pytest.fixture
def run(bench: Bench, server: GitServer, tmp_path: Path, marker: Path) -> Iterator[Run]:
    """Ingest a repository one way or the other; afterwards nothing was executed and nothing written outside.

    Git may use 1 GB: what succeeds, or is refused with its reason, did so within that.
    """
    before: set[Path] = set()

    def go(path: Path, way: str = "local", **flags: object) -> Outcome:
        before.update(outside(tmp_path))
        repository = local(path) if way == "local" else remote(server.url(path.name))
        settings = {"git__allow_private_hosts": server.place, "git__memory_mb": 1024} | flags
        return bench.run(repository, **settings)

    yield go
    assert not marker.exists(), "something of the repository's was executed"
    assert outside(tmp_path) == before, "something was written outside the workspace"
    assert not list(Path.cwd().glob("EXECUTED*"))


def outside(folder: Path) -> set[Path]:
    """List everything beside the workspace."""
    return {path for path in folder.rglob("*") if "workspace" not in path.relative_to(folder).parts[:1]}


# -- too much ---------------------------------------------------------------------------------------------------------


@BOTH
def test_git_bomb(run: Run, tmp_path: Path, way: str) -> None:
    """Ten thousand million paths out of twelve objects: the listing stops at the limit, in a moment."""
    builders.bomb(tmp_path / "bomb.git")
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match="more than 200000 entries") as caught:
        run(tmp_path / "bomb.git", way)
    assert time.monotonic() - began < 10
    assert caught.value.error_class is ErrorClass.POLICY


def test_a_gibibyte_of_zeros(run: Run, tmp_path: Path) -> None:
    """A megabyte that unpacks to a gibibyte is refused before anything is unpacked."""
    repo = builders.zeros(tmp_path / "zeros.git", 1024)
    assert sum(path.stat().st_size for path in repo.path.rglob("*") if path.is_file()) < 2 << 20
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match="compression bomb"):
        run(repo.path)
    assert time.monotonic() - began < 10


def test_zeros_from_a_server(run: Run, tmp_path: Path) -> None:
    """The same over the network, where the pack has to be checked: bounded memory, then refused."""
    repo = builders.zeros(tmp_path / "zeros.git", 300)
    with pytest.raises(LimitExceeded, match="compression bomb"):
        run(repo.path, "remote")


def test_an_honest_file_of_zeros(run: Run, tmp_path: Path) -> None:
    """A small repository with a large empty file is no bomb."""
    assert run(builders.zeros(tmp_path / "zeros.git", 64).path).snapshots[0].bytes == 64 << 20


@BOTH
def test_folders_without_end(run: Run, tmp_path: Path, way: str) -> None:
    """A file under thousands of folders is over the limit, however git takes it."""
    repo = builders.deep(tmp_path / "deep.git", 3000)
    with pytest.raises((LimitExceeded, DamagedRepository, CloneFailed)) as caught:
        run(repo.path, way)
    assert "fold" in str(caught.value) or "path" in str(caught.value) or "deep" in str(caught.value)


@BOTH
def test_endless_names(run: Run, tmp_path: Path, way: str) -> None:
    """A name of five thousand bytes is over the limit."""
    repo = builders.RawRepo(tmp_path / "long.git")
    repo.commit(repo.tree([(b"100644", b"n" * 5000, repo.put("blob", b""))]))
    with pytest.raises(LimitExceeded, match="a path of 5000 bytes"):
        run(repo.path, way)


def test_too_many_bytes(run: Run, make_repo) -> None:
    """All files together have a limit."""
    repo = make_repo("many", {f"f{i}": "x" * 1000 for i in range(20)})
    with pytest.raises(LimitExceeded, match="20,000 bytes"):
        run(repo.path, ingest__limits__max_bytes=19_999)


# -- tricks -----------------------------------------------------------------------------------------------------------


def test_submodules_are_names(run: Run, tmp_path: Path, marker: Path) -> None:
    """Submodule URLs that are commands or options stay text; the submodules are listed as such."""
    outcome = run(builders.submodules(tmp_path / "sub.git", marker).path)
    assert paths(outcome) == [b".gitmodules", b"p", b"x", b"y"]
    assert outcome.tables["files"]["mode"].tolist()[2:] == [SUBMODULE, SUBMODULE]
    assert outcome.tables["files"]["size"].tolist()[2:] == [-1, -1]


def test_hostile_submodules_from_a_server_are_refused(run: Run, tmp_path: Path, marker: Path) -> None:
    """Git's own check refuses them on arrival; the reason names the rule."""
    with pytest.raises(SecurityViolation, match="gitmodulesUrl"):
        run(builders.submodules(tmp_path / "sub.git", marker).path, "remote")


@BOTH
def test_links_are_data(run: Run, tmp_path: Path, way: str) -> None:
    """Symbolic links are listed with their mode and the length of their target; nobody follows them."""
    outcome = run(builders.links(tmp_path / "links.git").path, way)
    assert set(outcome.tables["files"]["mode"].tolist()) == {SYMLINK}
    assert outcome.snapshots[0].files == 0
    assert outcome.tables["files"]["size"].tolist() == [len("/etc/passwd"), len(".git/config"), 30]


@pytest.mark.parametrize("name", [b".git", b".GIT", b"..", b".", b"../../evil.txt", b"/etc/passwd", b"git~1"])
def test_names_that_no_checkout_may_see(run: Run, tmp_path: Path, name: bytes) -> None:
    """In a local repository they are listed, and the snapshot is quarantined with the path as the reason."""
    mode = b"100644" if b"/" in name else b"40000"
    (snapshot,) = run(builders.forbidden(tmp_path / "dot.git", name, mode).path).snapshots
    assert "must never be checked out" in snapshot.quarantine
    assert name.decode() in snapshot.quarantine


def test_a_dot_git_folder_from_a_server_is_quarantined(run: Run, tmp_path: Path) -> None:
    """Test data of Git tools has such folders: they come in on the second attempt, marked."""
    outcome = run(builders.forbidden(tmp_path / "dot.git", b".git").path, "remote")
    assert "hasDotgit" in outcome.snapshots[0].quarantine
    assert paths(outcome) == [b".git/config", b"zz.py"]
    again = run(tmp_path / "dot.git", "remote", ingest__refresh="2")
    assert again.snapshots[0].quarantine == outcome.snapshots[0].quarantine


@pytest.mark.parametrize(("name", "rule"), [(b"..", "hasDotdot"), (b"../../evil.txt", "fullPathname")])
def test_ways_out_from_a_server_are_refused(run: Run, tmp_path: Path, name: bytes, rule: str) -> None:
    """Paths that lead out of the tree have no honest use: refused, with git's rule as the reason."""
    mode = b"100644" if b"/" in name else b"40000"
    with pytest.raises(SecurityViolation, match=rule):
        run(builders.forbidden(tmp_path / "out.git", name, mode).path, "remote")


@BOTH
def test_attributes_filters_and_lfs(run: Run, tmp_path: Path, marker: Path, way: str) -> None:
    """Attributes are files like any other: no filter, no driver, no LFS download; sizes are the stored bytes."""
    outcome = run(builders.attributes(tmp_path / "attr.git", marker).path, way, ingest__history="numstat")
    sizes = dict(zip(paths(outcome), outcome.tables["files"]["size"].tolist(), strict=True))
    assert sizes[b"a.bin"] < 200
    assert sizes[b"a.txt"] == len("$Id$ $Format:%H$\n")


@BOTH
def test_an_embedded_repository_is_inert(run: Run, tmp_path: Path, marker: Path, way: str) -> None:
    """A bare repository inside the tree is a folder with files."""
    outcome = run(builders.embedded(tmp_path / "embedded.git", marker).path, way)
    assert b"sub/config" in paths(outcome)


@BOTH
def test_odd_names(run: Run, tmp_path: Path, way: str) -> None:
    """Whatever bytes a name has, it comes back as it is; the message too, up to its NUL."""
    outcome = run(builders.names(tmp_path / "names.git").path, way)
    assert paths(outcome) == sorted(builders.ODD_NAMES)
    assert outcome.tables["commits"]["message"].strings() == ["s\x1b[31m\n\nbody"]


@BOTH
def test_dates_that_overflow(run: Run, tmp_path: Path, way: str) -> None:
    """A date beyond every clock is a warning for git and a figure for us."""
    outcome = run(builders.dates(tmp_path / "dates.git").path, way)
    assert outcome.snapshots[0].files == 1
    assert len(outcome.tables["commits"]["commit"]) == 1


def test_what_the_repository_configures_is_not_obeyed(run: Run, make_repo, bench: Bench, marker: Path) -> None:
    """Hooks, includes, aliases, attributes and a command under every key of a repository's own configuration: inert."""
    repo = make_repo("planted", {"a.txt": "1\n"})
    repo.commit({"a.txt": "2\n"})
    keys = [*(key for key, _, _ in CONFIG), "filter.evil.clean", "filter.evil.smudge", "diff.evil.command"]
    builders.planted(repo.path, marker, keys)
    outcome = run(repo.path, ingest__strategy="full", ingest__history="numstat")
    assert len(outcome.tables["commits"]["commit"]) == 2
    assert not (bench.git_dir(outcome) / "hooks").exists()


def test_a_clone_has_no_hooks_and_no_secrets(run: Run, make_repo, bench: Bench) -> None:
    """Our own bare repositories hold objects, refs, a plain configuration and our note; nothing that could run."""
    outcome = run(make_repo("plain", {"a": "1"}).path, "remote")
    git_dir = bench.git_dir(outcome)
    assert not (git_dir / "hooks").exists()
    assert not [path for path in git_dir.rglob("*") if path.is_file() and os.access(path, os.X_OK)]


# -- damage -----------------------------------------------------------------------------------------------------------


def damaged(path: Path, how: str) -> builders.RawRepo:
    """Make a repository of three files, damaged in one of several ways."""
    repo = builders.RawRepo(path)
    blobs = [repo.put("blob", os.urandom(2000) + b"%d" % i) for i in range(3)]
    inner = repo.tree([(b"100644", b"deep", blobs[2])])
    tree = repo.tree([(b"100644", b"a", blobs[0]), (b"100644", b"b", blobs[1]), (b"40000", b"c", inner)])
    commit = repo.commit(tree)
    victim = {"blob": blobs[0], "tree": inner, "root": tree, "commit": commit}.get(how.rsplit(maxsplit=1)[-1], "")
    if how.startswith("missing"):
        repo.file(victim).unlink()
    elif how.startswith("garbage"):
        repo.file(victim).chmod(0o644)
        repo.file(victim).write_bytes(b"this is no object")
    else:
        git(path, "repack", "-adq")
        _spoil(next((path / "objects/pack").glob("*.pack")), how)
    return repo


def _spoil(pack: Path, how: str) -> None:
    pack.chmod(0o644)
    data = pack.read_bytes()
    middle = len(data) // 2
    if how == "truncated pack":
        pack.write_bytes(data[:middle])
    elif how == "bit in pack":
        pack.write_bytes(data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :])
    else:
        index = pack.with_suffix(".idx")
        index.chmod(0o644)
        index.write_bytes(index.read_bytes()[:600])


#: Damage that leaves the listing whole: the reader of blobs will name it.
BLOBS_ONLY = ["missing blob", "garbage blob", "bit in pack"]
FATAL = ["missing tree", "missing root", "missing commit", "garbage tree", "truncated pack", "truncated index"]


@pytest.mark.parametrize("how", FATAL)
def test_broken_objects_locally(run: Run, tmp_path: Path, how: str) -> None:
    """What cannot be listed is damage, with the repository named; it is not tried again."""
    damaged(tmp_path / "broken.git", how)
    with pytest.raises(DamagedRepository, match="broken") as caught:
        run(tmp_path / "broken.git")
    assert caught.value.error_class is ErrorClass.CODE


@pytest.mark.parametrize("how", BLOBS_ONLY)
def test_broken_blobs_locally(run: Run, tmp_path: Path, how: str) -> None:
    """Where only a blob is broken the listing is whole; a blob that is not there has no size."""
    damaged(tmp_path / "broken.git", how)
    outcome = run(tmp_path / "broken.git")
    assert paths(outcome) == [b"a", b"b", b"c/deep"]
    assert (outcome.tables["files"]["size"].tolist()[0] == -1) is (how != "bit in pack")


@pytest.mark.parametrize("how", [*BLOBS_ONLY, *FATAL])
def test_broken_objects_on_a_server(run: Run, bench: Bench, tmp_path: Path, how: str) -> None:
    """A server that cannot send its objects gives an error, never a snapshot, and nothing is left lying about."""
    damaged(tmp_path / "broken.git", how)
    with pytest.raises(StrataError) as caught:
        run(tmp_path / "broken.git", "remote")
    assert isinstance(caught.value, CloneFailed | DamagedRepository)
    assert list((bench.workspace / "git").glob("*/*")) == []


def test_a_pipe_in_the_place_of_head(run: Run, make_repo) -> None:
    """A named pipe is not waited for, neither in planning nor in running."""
    repo = make_repo("pipe", {"a": "1"})
    (repo.path / "HEAD").unlink()
    os.mkfifo(repo.path / "HEAD")
    with pytest.raises(SecurityViolation, match="regular file"):
        run(repo.path)


# -- servers and addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "locator",
    [
        "--upload-pack=touch EXECUTED",
        "-oProxyCommand=touch EXECUTED",
        "ext::sh -c touch% EXECUTED",
        "file:///etc",
        "/etc",
        "ssh://-oProxyCommand=touch EXECUTED/x",
        "git://127.0.0.1/x",
        "git@127.0.0.1:x",
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::ffff:7f00:1]/x",
        "https://example.org/x\n--upload-pack=touch EXECUTED",
        "https://user:token@example.org/x",
    ],
)
def test_addresses_that_are_not_fetched(run: Run, bench: Bench, locator: str) -> None:
    """Options, commands, files, other protocols and private places, smuggled in as a repository: refused by form."""
    repository = Repository.at(Origin(OriginKind.GIT, locator), "owner/repo")
    with pytest.raises(SecurityViolation) as caught:
        bench.run(repository)
    assert "token" not in str(caught.value).replace("without user, token, query", "")


@pytest.mark.parametrize("ref", ["refs/heads/../../../x", "refs/heads/a b", "HEAD", "-x", "refs/heads/x.lock"])
def test_a_head_that_leads_out(ref: str) -> None:
    """A server whose HEAD is called ``refs/heads/../../x`` names no file of ours."""
    with pytest.raises(SecurityViolation, match="no ref"):
        _refspecs(Advertised(ref, "1" * 40), Wanted())


def test_an_answer_without_end(run: Run, server: GitServer, make_repo) -> None:
    """A server that never stops talking is stopped by the clock."""
    repo = make_repo("endless", {"a": "1"})
    server.always["/endless.git"] = Reply(
        200, {"Content-Type": "application/x-git-upload-pack-advertisement"}, drip=0.001
    )
    with pytest.raises((AnalysisTimeout, CloneFailed, LimitExceeded)):
        run(repo.path, "remote", ingest__limits__seconds=2)


def test_one_bad_repository_leaves_the_others_alone(run: Run, tmp_path: Path, make_repo) -> None:
    """After any refusal the next repository is ingested as ever."""
    builders.bomb(tmp_path / "bomb.git")
    with pytest.raises(LimitExceeded):
        run(tmp_path / "bomb.git")
    good = make_repo("good", {"a": "1"})
    assert run(good.path).snapshots[0].completeness == Completeness.FULL
