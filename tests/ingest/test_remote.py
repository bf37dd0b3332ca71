"""Remote repositories over real smart HTTP: strategies, updates, trouble, redirects."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import RepoBuilder, git
from tests.ingest.conftest import Bench, paths, remote
from tests.ingest.git_server import GitServer, Reply

from codestrata.errors import (
    AnalysisTimeout,
    CloneFailed,
    DamagedRepository,
    ErrorClass,
    LimitExceeded,
    RateLimitExceeded,
    RepositoryMissing,
    SecurityViolation,
)
from codestrata.model import Completeness, Repository


@pytest.fixture
def grown(make_repo: Callable[..., RepoBuilder]) -> RepoBuilder:
    """Give a served repository of three commits: ``/repo.git``."""
    repo = make_repo("repo", {"a.py": "one\n" * 100, "old.txt": "gone later"})
    repo.commit({"old.txt": None, "b/c.py": "two\n" * 100})
    repo.commit({"a.py": "three\n" * 100})
    return repo


@pytest.fixture
def at(server: GitServer, bench: Bench) -> Callable[..., object]:
    """Run the stage on a served repository: ``at("repo.git", setting=value)``."""

    def run(name: str = "repo.git", **flags: object) -> object:
        return bench.run(served(server, name), git__allow_private_hosts=server.place, **flags)

    return run


def served(server: GitServer, name: str = "repo.git") -> Repository:
    """Name a served repository."""
    return remote(server.url(name))


def count(git_dir: Path, *arguments: str) -> int:
    """Count the lines of a git command in a repository of ours."""
    return len(git(git_dir, *arguments).splitlines())


def test_shallow(at, grown, bench) -> None:
    """By default one commit with its tree and blobs comes over, and nothing of the past."""
    outcome = at()
    (snapshot,) = outcome.snapshots
    assert (snapshot.commit, snapshot.ref) == (grown.commits[2], "refs/heads/main")
    assert (snapshot.completeness, snapshot.depth, snapshot.files) == (Completeness.SHALLOW, 1, 2)
    assert snapshot.bytes == 6 * 100 + 4 * 100
    assert paths(outcome) == [b"a.py", b"b/c.py"]
    assert [name.hex() for name in outcome.tables["commits"]["commit"]] == [grown.commits[2]]
    assert outcome.tables["commits"]["parents"].strings() == [grown.commits[1]]
    assert count(bench.git_dir(outcome), "rev-list", "HEAD") == 1
    assert count(bench.git_dir(outcome), "cat-file", "--batch-check", "--batch-all-objects") == 1 + 2 + 2


def test_full(at, grown, bench) -> None:
    """``full`` brings every commit, with the changes each made."""
    outcome = at(ingest__strategy="full", ingest__history="numstat")
    assert outcome.snapshots[0].completeness == Completeness.FULL
    assert [name.hex() for name in outcome.tables["commits"]["commit"]] == grown.commits[::-1]
    assert np.asarray(outcome.tables["changes"]["added"]).sum() == 100 + 1 + 100 + 100


def test_blobless_fetches_the_blobs_of_head_in_one_request(at, grown, server, bench) -> None:
    """``blobless`` brings all commits and trees, and the blobs of HEAD only, in one bulk fetch."""
    outcome = at(ingest__strategy="blobless")
    git_dir = bench.git_dir(outcome)
    assert outcome.snapshots[0].completeness == Completeness.BLOBLESS
    assert len(outcome.tables["commits"]["commit"]) == 3
    kinds = git(git_dir, "cat-file", "--batch-check=%(objecttype)", "--batch-all-objects").split()
    assert (kinds.count(b"commit"), kinds.count(b"blob")) == (3, 2)
    fetches = [one for one in server.asked("/repo.git/git-upload-pack") if one.method == "POST"]
    assert len(fetches) <= 4
    assert np.asarray(outcome.tables["files"]["size"]).min() > 0


def test_all_branches_and_tags(at, grown, bench) -> None:
    """``refs = all`` brings every branch and tag; the files stay HEAD's."""
    grown.git("branch", "topic", grown.commits[0])
    grown.git("tag", "v1", grown.commits[1])
    outcome = at(ingest__strategy="full", ingest__refs="all")
    assert count(bench.git_dir(outcome), "for-each-ref") == 3
    assert outcome.snapshots[0].commit == grown.commits[2]


def test_an_update_brings_only_what_is_new(at, grown, server, bench) -> None:
    """A moved repository is fetched from where we are; the older commit stays readable."""
    first = at(ingest__refresh="1")
    before = {path.name for path in (bench.git_dir(first) / "objects/pack").glob("*.pack")}
    grown.commit({"new.py": "four\n"})
    second = at(ingest__refresh="2")
    assert second.snapshots[0].commit == grown.commits[3]
    assert paths(second) == [b"a.py", b"b/c.py", b"new.py"]
    packs = [path for path in (bench.git_dir(second) / "objects/pack").glob("*.pack") if path.name not in before]
    listed = subprocess.run(
        ["git", "verify-pack", "-v", str(packs[0].with_suffix(".idx"))], capture_output=True, check=True
    )
    blobs = [line.split()[0].decode() for line in listed.stdout.splitlines() if b" blob " in line]
    assert blobs == [grown.git("rev-parse", "HEAD:new.py").decode().strip()]
    assert git(bench.git_dir(second), "cat-file", "-t", grown.commits[2]) == b"commit\n"
    assert count(bench.git_dir(second), "rev-list", "HEAD") == 1


def test_nothing_moved_nothing_fetched(at, grown, server) -> None:
    """When HEAD is where it was, the server is asked once for its refs and sends no pack."""
    at(ingest__refresh="1")
    server.requests.clear()
    at(ingest__refresh="2")
    bodies = [one for one in server.requests if one.method == "POST"]
    assert len(bodies) <= 1


@pytest.mark.parametrize("then", ["full", "blobless", "shallow"])
@pytest.mark.parametrize("first", ["full", "blobless", "shallow"])
def test_a_change_of_strategy_takes_effect(at, grown, first: str, then: str) -> None:
    """A clone made under one strategy serves under another as if it had been made so."""
    at(ingest__strategy=first)
    outcome = at(ingest__strategy=then, ingest__refresh="again")
    assert outcome.snapshots[0].completeness == Completeness(then)
    assert len(outcome.tables["commits"]["commit"]) == (1 if then == "shallow" else 3)
    if then == "full":
        at(ingest__strategy=then, ingest__history="numstat")


def test_a_moved_default_branch(at, grown, bench) -> None:
    """When the server's HEAD names another branch, so does the next snapshot."""
    at(ingest__refresh="1")
    grown.git("branch", "-m", "main", "trunk")
    grown.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    assert at(ingest__refresh="2").snapshots[0].ref == "refs/heads/trunk"


def test_a_detached_head(at, grown) -> None:
    """A server whose HEAD is no branch is taken at its commit, and followed."""
    (grown.path / "HEAD").write_text(grown.commits[1] + "\n")
    first = at(ingest__refresh="1").snapshots[0]
    assert (first.ref, first.commit) == ("", grown.commits[1])
    (grown.path / "HEAD").write_text(grown.commits[2] + "\n")
    second = at(ingest__refresh="2").snapshots[0]
    assert (second.ref, second.commit) == ("", grown.commits[2])


def test_a_rewritten_branch(at, make_repo, grown) -> None:
    """A branch that was forced back or elsewhere is followed."""
    at(ingest__refresh="1")
    grown.git("update-ref", "refs/heads/main", grown.commits[0])
    assert at(ingest__refresh="2").snapshots[0].commit == grown.commits[0]


def test_an_empty_repository_is_no_error(at, make_repo) -> None:
    """A repository without a commit gives an empty snapshot; once it has one, that is taken."""
    repo = make_repo("empty")
    outcome = at("empty.git", ingest__refresh="1")
    (snapshot,) = outcome.snapshots
    assert (snapshot.completeness, snapshot.commit, snapshot.files) == (Completeness.EMPTY, "", 0)
    assert paths(outcome) == []
    repo.commit({"a": "1"})
    assert at("empty.git", ingest__refresh="2").snapshots[0].files == 1


def test_an_empty_tree_is_an_empty_snapshot(at, make_repo) -> None:
    """A commit without files is EMPTY too, with its commit known."""
    repo = make_repo("bare", {"a": "1"})
    repo.commit({"a": None})
    (snapshot,) = at("bare.git").snapshots
    assert (snapshot.completeness, snapshot.commit) == (Completeness.EMPTY, repo.commits[1])


def test_servers_that_insist_on_git_at_the_end(at, grown, server) -> None:
    """Canonical URLs have no ``.git``; where the server wants it, it is tried."""
    assert at("repo").snapshots[0].commit == grown.commits[2]
    assert at("repo", ingest__refresh="again").snapshots[0].commit == grown.commits[2]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_missing_private_and_taken_down(at, grown, server, status: int) -> None:
    """What is not there for us is not tried again; the message says what may be done."""
    server.always["/repo.git"] = Reply(status)
    with pytest.raises(RepositoryMissing, match="does not exist, is private, or was taken down") as caught:
        at()
    assert caught.value.error_class is ErrorClass.CODE
    assert "token" in caught.value.hint


def test_patience(at, grown, server) -> None:
    """429 says how long to wait; the wait comes with the error."""
    server.always["/repo.git"] = Reply(429, {"Retry-After": "17"})
    with pytest.raises(RateLimitExceeded) as caught:
        at()
    assert caught.value.retry_after == 17


@pytest.mark.parametrize("status", [500, 502, 503])
def test_broken_servers_are_tried_again(at, grown, server, bench, status: int) -> None:
    """5xx is the server's trouble: the error says so, leaves nothing, and the third attempt succeeds."""
    server.trouble["/repo.git"] = [Reply(status), Reply(status), Reply(status), Reply(status)]
    for _ in range(2):
        with pytest.raises(CloneFailed) as caught:
            at()
        assert caught.value.error_class is ErrorClass.INFRA
        assert list((bench.workspace / "git").glob("*/*")) == []
        server.trouble["/repo.git"].clear() if _ else None
    assert at().snapshots[0].commit == grown.commits[2]


def test_nobody_listens(bench, server, grown) -> None:
    """A port where nobody answers is trouble that may pass."""
    gone = remote("http://127.0.0.1:9/x")
    with pytest.raises(CloneFailed, match=r"127\.0\.0\.1"):
        bench.run(gone, git__allow_private_hosts="127.0.0.1")


def test_a_server_that_drips(at, grown, server) -> None:
    """A server that sends a byte now and then is given up after ``low_speed_seconds``."""
    server.always["/repo.git"] = Reply(200, {"Content-Type": "text/plain"}, drip=0.2)
    with pytest.raises(CloneFailed, match=r"(?i)timed out|too slow|low speed"):
        at(git__low_speed_seconds=2)


def test_time_is_limited(at, grown, server) -> None:
    """A repository that takes longer than its time is ended."""
    server.always["/repo.git"] = Reply(200, {"Content-Type": "text/plain"}, drip=0.2)
    with pytest.raises(AnalysisTimeout):
        at(ingest__limits__seconds=1)


def test_a_pack_that_grows_too_large_is_stopped(at, make_repo, bench) -> None:
    """The kernel stops the pack at its limit; nothing is left, the reason names the setting."""
    noise = np.random.default_rng(1).integers(0, 256, 3_000_000, np.uint8).tobytes()
    make_repo("big", {"noise": noise})
    with pytest.raises(LimitExceeded, match="max_pack_bytes"):
        at("big.git", ingest__limits__max_pack_bytes=1 << 20)
    assert sum(path.stat().st_size for path in bench.workspace.rglob("*") if path.is_file()) < 2 << 20


# -- redirects --------------------------------------------------------------------------------------------------------


def redirect(server: GitServer, to: str) -> None:
    """Let ``/moved`` redirect to a URL."""
    server.always["/moved"] = Reply(301, {"Location": to})


def test_a_renamed_repository_is_followed(at, grown, server) -> None:
    """A redirect to another repository on an allowed host is followed, the clone and the update."""
    redirect(server, server.url("repo.git") + "/info/refs?service=git-upload-pack")
    assert at("moved").snapshots[0].commit == grown.commits[2]
    grown.commit({"a.py": "four"})
    assert at("moved", ingest__refresh="2").snapshots[0].commit == grown.commits[3]


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/info/refs?service=git-upload-pack",
        "http://10.0.0.1/x/info/refs?service=git-upload-pack",
        "https://[::1]/x/info/refs?service=git-upload-pack",
        "http://127.0.0.1:1/x/info/refs?service=git-upload-pack",
        "file:///etc/passwd/info/refs",
        "https://github.com/somewhere/else",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(at, grown, server, to: str) -> None:
    """A redirect is checked as the first URL was; git itself follows none."""
    redirect(server, to)
    with pytest.raises(SecurityViolation):
        at("moved")


def test_redirects_in_circles_end(at, grown, server) -> None:
    """After three redirects it is enough."""
    redirect(server, server.url("moved") + "/info/refs?service=git-upload-pack")
    with pytest.raises(SecurityViolation, match="redirects more than"):
        at("moved")


def test_a_redirect_of_the_post_is_refused(at, grown, server) -> None:
    """In the middle of a conversation nothing is redirected."""
    server.always["/repo.git/git-upload-pack"] = Reply(307, {"Location": "http://10.0.0.1/"})
    with pytest.raises((CloneFailed, SecurityViolation)):
        at()


# -- damage -----------------------------------------------------------------------------------------------------------


def test_a_server_that_sends_garbage(at, grown, server) -> None:
    """What is no pack is damage or trouble, never a snapshot."""
    server.always["/repo.git/git-upload-pack"] = Reply(200, {"Content-Type": "application/x-git-upload-pack-result"})
    with pytest.raises((CloneFailed, DamagedRepository)):
        at()


def test_a_clone_that_lost_its_objects_says_so(at, grown, bench) -> None:
    """When the clone on disk is broken, the error says where, not a traceback."""
    outcome = at(ingest__refresh="1")
    for pack in (bench.git_dir(outcome) / "objects/pack").iterdir():
        pack.unlink()
    with pytest.raises((DamagedRepository, CloneFailed)):
        at(ingest__history="commits")
