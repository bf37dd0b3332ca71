"""Trees as tables: equal to ``git ls-tree``, bounded, and suspicious of what no checkout may see."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.errors import LimitExceeded
from codestrata.git.command import GitFailed
from codestrata.git.tree import TreeLimits, list_tree, parse, shown
from codestrata.store.columns import Columns, rows

LINK, MODULE = "120000", "160000"


def entry(path: bytes, mode: str = "100644", name: bytes = b"x") -> bytes:
    """Give one entry as git prints it."""
    kind = "commit" if mode == MODULE else "blob"
    return f"{mode} {kind} {hashlib.sha1(name).hexdigest()}".encode() + b"\t" + path + b"\0"


def as_rows(files: Columns) -> list[tuple[bytes, int, str, int]]:
    """Give the table as rows."""
    ids = [blob.hex() for blob in files["blob"]]
    return list(
        zip(files["path"], np.asarray(files["mode"]).tolist(), ids, np.asarray(files["size"]).tolist(), strict=True)
    )


def test_equals_ls_tree(make_repo) -> None:
    """Files, executables, links, submodules and odd names come out as git lists them, with their sizes."""
    odd = [
        b"a\nb",
        b"\xff\xfe.py",
        b"-rf",
        b"--output=x",
        b"$(touch x)",
        b'"q"',
        b"tab\there",
        b"\xe2\x80\xaeevil",
        b"x" * 250,
    ]
    repo = make_repo("repo")
    repo.commit(
        {
            "run.sh": "#!",
            "link": "../outside",
            "sub": "1" * 40,
            "dir/deep/file": "12345",
            "dir-a": "",
            **dict.fromkeys(odd, "x"),
        },
        modes={"run.sh": "100755", "link": LINK, "sub": MODULE},
    )
    listing = list_tree(repo.path, repo.commits[-1])
    plain = repo.git("ls-tree", "-r", "-z", "-l", "--full-tree", "HEAD").split(b"\0")[:-1]
    expected = []
    for line in plain:
        head, path = line.split(b"\t", 1)
        mode, _, name, size = head.split()
        expected.append((path, int(mode, 8), name.decode(), int(size) if size != b"-" else -1))
    assert as_rows(listing.files) == sorted(expected)
    assert listing.suspicious == ""


def test_an_empty_tree_is_an_empty_table(make_repo) -> None:
    """A commit without files gives no rows, with every column there."""
    repo = make_repo("repo", {"a": "1"})
    repo.commit({"a": None})
    files = list_tree(repo.path, repo.commits[-1]).files
    assert rows(files) == 0
    assert list(files) == ["path", "mode", "blob", "size"]


def test_sha256_repositories(tmp_path: Path) -> None:
    """Ids of 32 bytes are read as such."""
    name = "ab" * 32
    listing = parse(f"100644 blob {name}\tfile".encode() + b"\0", 64)
    assert as_rows(listing.files) == [(b"file", 0o100644, name, -1)]


def test_a_missing_blob_has_no_size(make_repo) -> None:
    """A blob that is not there is listed with size -1: the reader of blobs will name it."""
    repo = make_repo("repo", {"a": "here", "b": "gone"})
    gone = repo.git("rev-parse", "HEAD:b").decode().strip()
    (repo.path / "objects" / gone[:2] / gone[2:]).unlink()
    sizes = np.asarray(list_tree(repo.path, repo.commits[0]).files["size"])
    assert sizes.tolist() == [4, -1]


def test_a_missing_commit_is_an_error(make_repo) -> None:
    """What cannot be listed at all is not an empty table."""
    repo = make_repo("repo", {"a": "1"})
    with pytest.raises(GitFailed):
        list_tree(repo.path, "1" * 40)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (TreeLimits(entries=5), "more than 5 entries"),
        (TreeLimits(path_bytes=8), "a path of 9 bytes"),
        (TreeLimits(depth=2), "under 3 folders"),
        (TreeLimits(listing_bytes=100), "more than 100 bytes"),
    ],
)
def test_limits(make_repo, limits: TreeLimits, message: str) -> None:
    """Entries, length, depth and the whole listing are bounded; the message says which setting to raise."""
    repo = make_repo("repo", {"a/b/c/d12": "1", **{f"f{i}": "1" for i in range(5)}})
    with pytest.raises(LimitExceeded, match=message) as caught:
        list_tree(repo.path, repo.commits[0], tree=limits)
    assert "ingest.limits." in caught.value.hint


def test_exactly_at_the_limit_is_fine(make_repo) -> None:
    """A limit is the largest that passes."""
    repo = make_repo("repo", {"a/b/c/d12": "1", "f": "1"})
    assert rows(list_tree(repo.path, repo.commits[0], tree=TreeLimits(2, 9, 3)).files) == 2


@pytest.mark.parametrize(
    "path", [b".git/config", b"a/.GIT/x", b"a/.git", b"../evil", b"a/../b", b"./x", b"/etc/passwd", b"a//b", b"GIT~1/x"]
)
def test_names_for_quarantine(path: bytes) -> None:
    """A component that no checkout may write makes the tree suspicious, and is named."""
    listing = parse(entry(path) + entry(b"zz"), 40)
    assert shown(path) in listing.suspicious


@pytest.mark.parametrize(
    "path", [b".gitignore", b"a/.github/x", b"..x/y", b"x.git/y", b"git~10", b"...", b"a/.gitmodules"]
)
def test_names_that_only_look_like_it(path: bytes) -> None:
    """Ordinary names that resemble the forbidden ones raise no suspicion."""
    assert parse(entry(path), 40).suspicious == ""


def test_a_path_named_twice_is_suspicious() -> None:
    """Two entries of one name: which one is the file depends on who looks."""
    assert "twice" in parse(entry(b"a") + entry(b"a", name=b"y"), 40).suspicious


def test_an_unsorted_tree_is_sorted_and_suspicious() -> None:
    """Rows are sorted by path whatever the tree says."""
    listing = parse(entry(b"b", name=b"1") + entry(b"a", MODULE, b"2") + entry(b"c", LINK), 40)
    assert [row[0] for row in as_rows(listing.files)] == [b"a", b"b", b"c"]
    assert as_rows(listing.files)[0][1:] == (0o160000, hashlib.sha1(b"2").hexdigest(), -1)
    assert "not sorted" in listing.suspicious


@pytest.mark.parametrize(
    ("path", "text"), [(b"a\x1b[31m\nb", "a\\x1b[31m\\nb"), (b"\xff", "\\xff"), ("ü".encode(), "ü")]
)
def test_a_path_is_shown_safely(path: bytes, text: str) -> None:
    """No control sequence of a path reaches a terminal."""
    assert shown(path) == text


paths = st.lists(
    st.binary(min_size=1, max_size=20).filter(lambda b: b"\0" not in b), min_size=0, max_size=20, unique=True
).map(sorted)


@given(paths, st.sampled_from(["100644", "100755", LINK, MODULE]))
def test_any_names_come_back(names: list[bytes], mode: str) -> None:
    """Whatever bytes a name has (but NUL), it is read back; mode and id too."""
    raw = b"".join(entry(name, mode, name) for name in names)
    files = parse(raw, 40, TreeLimits(depth=30)).files
    assert as_rows(files) == [(n, int(mode, 8), hashlib.sha1(n).hexdigest(), -1) for n in names]
