"""Trees read from the object store itself: equal to what git lists, or left to git."""

from __future__ import annotations

import subprocess
from typing import Any

import numpy as np
import pytest

from codestrata.git.objects import Objects
from codestrata.git.tree import DEFAULT_LIMITS, DEFAULT_TREE, Listing, _listed, list_tree
from codestrata.git.unfold import Most, unfold
from codestrata.store.columns import Columns

ENOUGH = Most(1000, 4096, 64, 1 << 20)
FILES = {
    "a.b": "1",
    "a/x": "2",
    "a-b/y": "3",
    "a/b/c/d/e": "4",
    "twin/1/f": "5",
    "twin/2/f": "5",
    "link": "a/x",
    "run": "#!",
    "sub": "1" * 40,
    "\u00fc/\u00e9": "6",
    "z": "7",
}
MODES = {"link": "120000", "run": "100755", "sub": "160000"}


def plain(files: Columns | None) -> Any:
    """Give path, mode and id of each file."""
    if files is None:
        return None
    return list(zip(files["path"], np.asarray(files["mode"]).tolist(), files["blob"], strict=True))


def by_git(repo: Any, commit: str) -> Listing:
    """Give what git lists."""
    return _listed(repo.path, commit, DEFAULT_TREE, DEFAULT_LIMITS, 60)


def store(repo: Any, kind: str, raw: bytes) -> str:
    """Write any object, sound or not."""
    command = ["git", "hash-object", "-t", kind, "--literally", "-w", "--stdin"]
    return subprocess.run(command, cwd=repo.path, input=raw, capture_output=True, check=True).stdout.decode().strip()


def commit_of(repo: Any, tree: str) -> str:
    """Write a commit of a tree."""
    return store(repo, "commit", f"tree {tree}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nx".encode())


def entry(name: bytes, id_: str, mode: bytes = b"100644") -> bytes:
    """Give an entry of a tree object."""
    return mode + b" " + name + b"\0" + bytes.fromhex(id_)


@pytest.mark.parametrize("packed", [False, True])
def test_a_tree_unfolds_as_git_lists_it(make_repo, packed) -> None:
    """Folders whose names sort among files, equal folders, links, submodules; loose and packed, as deltas."""
    repo = make_repo("repo")
    repo.commit(FILES, modes=MODES)
    repo.commit({"a/b/c/new": "8", "twin/1/f": "9"})
    if packed:
        repo.git("repack", "-adfq")
    for commit in repo.commits:
        found = plain(unfold(Objects(repo.path), commit, ENOUGH))
        assert found == plain(by_git(repo, commit).files)
        assert found


def test_an_empty_tree_unfolds_to_nothing(make_repo) -> None:
    """No files, and no folders."""
    repo = make_repo("repo", {"a": "1"})
    assert plain(unfold(Objects(repo.path), commit_of(repo, store(repo, "tree", b"")), ENOUGH)) == []


@pytest.mark.parametrize("most", [
    Most(10, 4096, 64, 1 << 20),
    Most(1000, 8, 64, 1 << 20),
    Most(1000, 4096, 3, 1 << 20),
    Most(1000, 4096, 64, 600),
])  # fmt: skip
def test_limits_are_left_to_git(make_repo, most) -> None:
    """Files, length of a path, depth, bytes of the listing."""
    repo = make_repo("repo")
    repo.commit(FILES, modes=MODES)
    assert unfold(Objects(repo.path), repo.commits[0], most) is None


def test_the_listing_is_as_long_as_git_s(make_repo) -> None:
    """Exactly as many bytes as git prints are enough."""
    repo = make_repo("repo")
    repo.commit(FILES, modes=MODES)
    size = len(repo.git("ls-tree", "-r", "-z", "--full-tree", "HEAD"))
    assert unfold(Objects(repo.path), repo.commits[0], Most(11, 9, 4, size))
    assert unfold(Objects(repo.path), repo.commits[0], Most(11, 9, 4, size - 1)) is None


ODD = {
    "mode": lambda blob, _: entry(b"a", blob, b"100664"),
    "leading zero": lambda _, tree: entry(b"a", tree, b"040000"),
    "forbidden name": lambda blob, _: entry(b".Git", blob),
    "parent": lambda _, tree: entry(b"..", tree, b"40000"),
    "slash": lambda blob, _: entry(b"a/b", blob),
    "empty name": lambda blob, _: entry(b"", blob),
    "out of order": lambda blob, _: entry(b"b", blob) + entry(b"a", blob),
    "twice": lambda blob, _: entry(b"a", blob) + entry(b"a", blob),
    "file and folder": lambda blob, tree: entry(b"a", blob) + entry(b"a", tree, b"40000") + entry(b"a/x", blob),
    "blob as folder": lambda blob, _: entry(b"a", blob, b"40000"),
    "missing folder": lambda _, __: entry(b"a", "12" * 20, b"40000"),
    "cut off": lambda blob, _: entry(b"a", blob)[:-1],
    "no name": lambda _, __: b"100644",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_odd_is_left_to_git(make_repo, odd) -> None:
    """A tree that git would bend, refuse or quarantine is never unfolded here."""
    repo = make_repo("repo")
    blob = store(repo, "blob", b"x")
    tree = store(repo, "tree", entry(b"x", blob))
    assert unfold(Objects(repo.path), commit_of(repo, store(repo, "tree", odd(blob, tree))), ENOUGH) is None


def test_a_tree_of_trees_stops_early(make_repo) -> None:
    """Ten folders in each of ten, nine deep: a billion files from ten objects are not unfolded."""
    repo = make_repo("repo")
    tree, mode = store(repo, "blob", b"x"), b"100644"
    for _ in range(9):
        tree, mode = store(repo, "tree", b"".join(entry(b"%d" % i, tree, mode) for i in range(10))), b"40000"
    assert unfold(Objects(repo.path), commit_of(repo, tree), ENOUGH) is None


def test_folders_without_files_stop_early(make_repo) -> None:
    """The same with nothing at the end."""
    repo = make_repo("repo")
    tree = store(repo, "tree", b"")
    for _ in range(9):
        tree = store(repo, "tree", b"".join(entry(b"%d" % i, tree, b"40000") for i in range(10)))
    assert unfold(Objects(repo.path), commit_of(repo, tree), ENOUGH) is None


def test_git_is_asked_where_the_native_reader_is_missing(make_repo) -> None:
    """Without it the listing is the same."""
    repo = make_repo("repo")
    repo.commit(FILES, modes=MODES)
    assert unfold(Objects(repo.path, native=False), repo.commits[0], ENOUGH) is None
    assert plain(list_tree(repo.path, repo.commits[0]).files) == plain(by_git(repo, repo.commits[0]).files)
