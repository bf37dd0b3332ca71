"""Cloning a list of repositories (promise A2)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder, git
from tests.ingest.conftest import local, remote
from tests.ingest.git_server import GitServer, Reply, wait_until

from codestrata.ingest.batch import ORIGIN, UNFINISHED, Cloned, clone_all, folder_name, folder_names
from codestrata.model import Origin, OriginKind, Repository
from codestrata.settings import load


@pytest.fixture
def ten(make_repo: Callable[..., RepoBuilder]) -> list[RepoBuilder]:
    """Serve ten repositories of two commits: ``/r0.git`` to ``/r9.git``."""
    repos = [make_repo(f"r{i}", {"a": str(i)}) for i in range(10)]
    for repo in repos:
        repo.commit({"b": "2"})
    return repos


def named(server: GitServer, count: int = 10) -> list[Repository]:
    """Name the served repositories ``owner/r0`` and so on."""
    return [remote(server.url(f"r{i}.git"), f"owner/r{i}") for i in range(count)]


def run(server: GitServer, repositories: list[Repository], out: Path, **options: object) -> Cloned:
    """Clone with retries that do not wait."""
    settings = load(flags={"git.allow_private_hosts": server.place})
    return clone_all(repositories, out, settings, sleep=lambda _: None, **options)  # type: ignore[arg-type]


@pytest.mark.claim("A2")
def test_ten_with_one_dead(ten, server, tmp_path) -> None:
    """Nine clones of depth 1 and one failure with its reason; a second run clones nothing but tries the dead one."""
    server.always["/r3.git"] = Reply(404)
    out = tmp_path / "out"
    done = run(server, named(server), out)
    assert done.done == [f"owner/r{i}" for i in range(10) if i != 3]
    assert list(done.failed) == ["owner/r3"]
    assert "does not exist, is private" in done.failed["owner/r3"]
    for i in (0, 9):
        clone = out / f"dataset_owner_r{i}"
        assert git(clone, "rev-list", "--count", "HEAD") == b"1\n"
        assert git(clone, "rev-parse", "HEAD").decode().strip() == ten[i].commits[1]
        assert git(clone, "rev-parse", "--is-bare-repository") == b"true\n"
    server.requests.clear()
    again = run(server, named(server), out)
    assert (again.done, len(again.skipped), list(again.failed)) == ([], 9, ["owner/r3"])
    assert {one.path.split("/")[1] for one in server.requests} == {"r3.git"}
    assert not (out / UNFINISHED).exists()


def test_what_may_pass_is_tried_again_with_growing_patience(ten, server, tmp_path) -> None:
    """5xx twice, then fine; 429 waits as long as the server asked."""
    server.trouble["/r0.git"] = [Reply(500), Reply(502)]
    server.trouble["/r1.git"] = [Reply(429), Reply(429, {"Retry-After": "33"})]
    waits: list[float] = []
    settings = load(flags={"git.allow_private_hosts": server.place})
    done = clone_all(named(server, 2), tmp_path / "out", settings, sleep=waits.append, workers=1)
    assert done.done == ["owner/r0", "owner/r1"]
    assert waits == [2.0, 4.0, 33.0]


def test_attempts_are_counted(ten, server, tmp_path) -> None:
    """After ``engine.attempts`` it is a failure."""
    server.always["/r0.git"] = Reply(500)
    done = run(server, named(server, 1), tmp_path / "out")
    assert list(done.failed) == ["owner/r0"]
    assert len(server.asked("/r0.git")) == 4


def test_clones_run_side_by_side(ten, server, tmp_path) -> None:
    """As many clones as workers are under way at once."""
    together = threading.Barrier(3, timeout=20)
    server.watch = lambda: together.wait() if len(server.requests) <= 3 else None  # type: ignore[func-returns-value]
    assert len(run(server, named(server, 3), tmp_path / "out", workers=3).done) == 3


@pytest.mark.claim("A2")
def test_kill_and_go_on(ten, server, tmp_path) -> None:
    """Kill -9 in the middle: what is there is whole, and the next run clones only the rest."""
    out = tmp_path / "out"
    program = textwrap.dedent(f"""
        from pathlib import Path
        from codestrata.ingest.batch import clone_all
        from codestrata.model import Origin, OriginKind, Repository
        from codestrata.settings import load
        urls = ["{server.url("r%d.git")}" % i for i in range(10)]
        named = [Repository.at(Origin(OriginKind.GIT, url), f"owner/r{{i}}") for i, url in enumerate(urls)]
        settings = load(flags={{"git.allow_private_hosts": "{server.place}"}})
        clone_all(named, Path("{out}"), settings, workers=2)
    """)
    held = threading.Event()
    server.watch = lambda: held.wait(20) if server.asked("/r5.git") else None  # type: ignore[assignment]
    process = subprocess.Popen([sys.executable, "-c", program])
    wait_until(lambda: bool(server.asked("/r5.git")), 30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    held.set()
    whole = sorted(path.name for path in out.glob("dataset_*"))
    assert 0 < len(whole) < 10
    for name in whole:
        git(out / name, "fsck")
    done = run(server, named(server), out)
    assert sorted(f"dataset_{name.replace('/', '_')}" for name in done.skipped) == whole
    assert len(done.done) == 10 - len(whole)
    assert not done.failed


def test_an_interrupt_ends_the_clones(ten, server, tmp_path) -> None:
    """Ctrl-C ends every running git at once and leaves nothing unfinished that looks finished."""
    held = threading.Event()
    server.watch = lambda: held.wait(20)  # type: ignore[assignment]

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    server.always["/r0.git"] = Reply(404)
    try:
        threading.Timer(0.5, held.set).start()
        with pytest.raises(KeyboardInterrupt):
            run(server, named(server), tmp_path / "out", workers=1, progress=stop)
    finally:
        held.set()
    assert len(list((tmp_path / "out").glob("dataset_*"))) <= 2


def test_local_repositories_and_empty_ones(make_repo, tmp_path, server) -> None:
    """Local repositories are taken like any other; an empty one becomes an empty clone."""
    full, empty = make_repo("full", {"a": "1"}), make_repo("empty")
    full.commit({"a": "2"})
    done = run(server, [local(full.path), local(empty.path)], tmp_path / "out")
    assert done.done == ["empty", "full"]
    assert git(tmp_path / "out/dataset_full", "rev-list", "--count", "HEAD") == b"1\n"
    assert git(tmp_path / "out/dataset_empty", "for-each-ref") == b""


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("owner/repo", "dataset_owner_repo"),
        ("a/b/c", "dataset_a_b_c"),
        ("x/../../y", "dataset_x_.._.._y"),
        ("ü/\n", "dataset"),
    ],
)
def test_folder_names(name: str, folder: str) -> None:
    """``dataset_<owner>_<repo>``, one folder of ``out`` whatever the name says."""
    repository = Repository.at(Origin(OriginKind.GIT, "https://example.org/x"), name)
    assert folder_name(repository).rstrip("_") == folder


def test_two_names_for_one_folder(tmp_path) -> None:
    """Names that would share a folder get one each, now and when the list changes; a repository named twice is one."""
    first = remote("https://example.org/a/b_c", "a/b_c")
    second = remote("https://example.org/a_b/c", "a_b/c")
    names = folder_names([first, second, first], tmp_path)
    assert list(names.values()) == [first, second]
    assert list(names) == ["dataset_a_b_c", f"dataset_a_b_c_{second.id[:8]}"]
    taken = tmp_path / "dataset_a_b_c"
    taken.mkdir()
    (taken / ORIGIN).write_text(f"{first.origin}\n")
    assert list(folder_names([second], tmp_path)) == [f"dataset_a_b_c_{second.id[:8]}"]


def test_something_else_in_the_way(ten, server, tmp_path) -> None:
    """A folder that is not one of our clones is left alone, and said."""
    (tmp_path / "out/dataset_owner_r0").mkdir(parents=True)
    done = run(server, named(server, 1), tmp_path / "out")
    assert "something else stands there" in done.failed["owner/r0"]
