"""A row that names a commit, a branch or a tag is taken there, not at HEAD."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.ingest.conftest import local, paths, remote

from codestrata.errors import InvalidInput, RepositoryMissing, StrataError
from codestrata.model import Origin, OriginKind, Repository


@pytest.fixture
def grown(make_repo):
    """Give a repository of two commits, with a branch and an annotated tag at the first."""
    repo = make_repo("repo", {"first.py": "one\n"})
    repo.git("branch", "old", repo.commits[0])
    identity = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    repo.git(*identity, "tag", "-a", "v1", "-m", "one", repo.commits[0])
    repo.git("tag", "light", repo.commits[0])
    repo.commit({"second.py": "two\n"})
    return repo


def pinned(repository: Repository, ref: str) -> Repository:
    """Pin a repository."""
    return replace(repository, row={"ref": ref})


@pytest.mark.parametrize("strategy", ["shallow", "full", "blobless"])
@pytest.mark.parametrize("kind", ["commit", "branch", "tag"])
def test_a_remote_is_taken_where_the_row_says(server, bench, grown, kind, strategy):
    """A full commit id, a branch or a tag is fetched instead of the default branch, under every strategy."""
    ref = {"commit": grown.commits[0], "branch": "old", "tag": "v1"}[kind]
    flags = {"git__allow_private_hosts": server.place, "ingest__strategy": strategy}
    outcome = bench.run(pinned(remote(server.url("repo.git")), ref), **flags)
    (snapshot,) = outcome.snapshots
    assert snapshot.commit == grown.commits[0]
    assert paths(outcome) == [b"first.py"]


@pytest.mark.parametrize("kind", ["commit", "branch", "tag"])
def test_a_local_one_too(bench, grown, kind):
    """A local repository is taken at a full commit id, a branch or a lightweight tag."""
    ref = {"commit": grown.commits[0], "branch": "old", "tag": "light"}[kind]
    outcome = bench.run(pinned(local(grown.path), ref))
    assert outcome.snapshots[0].commit == grown.commits[0]
    assert paths(outcome) == [b"first.py"]


def test_what_is_not_there_is_said(server, bench, grown):
    """A ref that does not exist is an error, never the default branch instead."""
    with pytest.raises(RepositoryMissing, match="nosuch"):
        bench.run(pinned(local(grown.path), "nosuch"))
    with pytest.raises(StrataError):
        bench.run(pinned(remote(server.url("repo.git")), "nosuch"), git__allow_private_hosts=server.place)


def test_packages_have_versions_instead(bench):
    """A commit beside a package URL is refused with advice."""
    package = pinned(Repository.at(Origin(OriginKind.PACKAGE, "pkg:pypi/x@1"), "pypi/x"), "main")
    with pytest.raises(InvalidInput, match="only be chosen of a Git repository"):
        bench.run(package)


def test_the_pin_is_part_of_the_key(bench, grown):
    """Another pin is another partition; a pinned commit stays the same when the branch moves on."""
    here = local(grown.path)
    keys = {bench.plan(pinned(here, ref)).key for ref in ("old", grown.commits[0], grown.commits[1])}
    assert len(keys) == 3
    before = bench.plan(pinned(here, grown.commits[0])).key
    grown.commit({"third.py": "three\n"})
    assert bench.plan(pinned(here, grown.commits[0])).key == before
