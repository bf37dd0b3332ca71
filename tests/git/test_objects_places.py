"""Where objects may be borrowed from: git's rules for alternates, inside what the caller allows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder, git

from codestrata.errors import DamagedRepository, SecurityViolation
from codestrata.git.objects import Objects
from codestrata.git.objects.places import object_directories

Make = Callable[..., RepoBuilder]


def borrow(repo: RepoBuilder, *lines: str | bytes) -> None:
    """Write the alternates file."""
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    (repo.path / "objects" / "info").mkdir(exist_ok=True)
    (repo.path / "objects" / "info" / "alternates").write_bytes(b"\n".join(raw) + b"\n")


def borrowed(lender: RepoBuilder) -> bytes:
    """Put a blob into a repository; give its id."""
    return bytes.fromhex(git(lender.path, "hash-object", "-w", "--stdin", stdin=b"lent").decode())


@pytest.mark.parametrize("native", [True, False])
def test_borrowed_objects_are_read(make_repo: Make, tmp_path: Path, native: bool) -> None:
    """Objects of an alternate inside the allowed folder are read, by a relative path too."""
    lender, repo = make_repo("lender", {"a": "packed\n" * 50}), make_repo("repo")
    lender.git("repack", "-adq")
    name = borrowed(lender)
    blob = bytes.fromhex(lender.git("rev-parse", "HEAD:a").decode())
    borrow(repo, "# a comment", "", "../../lender.git/objects")
    objects = Objects(repo.path, alternates_root=tmp_path, native=native)
    assert (objects.one(name), objects.one(blob)) == (b"lent", b"packed\n" * 50)


def test_none_is_allowed_unless_said(make_repo: Make) -> None:
    """Without a folder to allow them, alternates are refused: git itself would follow them."""
    lender, repo = make_repo("lender"), make_repo("repo")
    borrow(repo, str(lender.path / "objects"))
    with pytest.raises(SecurityViolation, match="borrows objects"):
        Objects(repo.path)


ESCAPES = ["{outside}", "../../../outside.git/objects", '"{outside}"', '"{outside}"x/y', '"\\q"', "a\0b", "link"]


@pytest.mark.parametrize("line", ESCAPES)
def test_outside_is_refused(make_repo: Make, tmp_path: Path, line: str) -> None:
    """An alternate outside the allowed folder is refused, however it is written."""
    outside, repo = make_repo("outside"), make_repo("in/repo")
    (repo.path / "objects" / "link").symlink_to(outside.path / "objects")
    borrow(repo, line.format(outside=outside.path / "objects"))
    with pytest.raises(SecurityViolation):
        Objects(repo.path, alternates_root=tmp_path / "in")


def test_alternates_of_alternates(make_repo: Make, tmp_path: Path) -> None:
    """Alternates are followed five deep, circles once, in git's order; each is held to the same folder."""
    repos = [make_repo(f"r{i}") for i in range(9)]
    for repo, following in pairwise(repos):
        borrow(repo, str(following.path / "objects"), str(repos[0].path / "objects"))
    places = object_directories(repos[0].path, tmp_path)
    assert places == [str(r.path / "objects") for r in repos[:7]]
    borrow(repos[3], "/")
    with pytest.raises(SecurityViolation):
        object_directories(repos[0].path, tmp_path)


def test_quoted_lines(make_repo: Make, tmp_path: Path) -> None:
    """A line in C quotes is unquoted byte by byte."""
    lender, repo = make_repo("l é\t"), make_repo("repo")
    borrow(repo, f'"{tmp_path}/l \\303\\251\\t.git/objects"')
    assert object_directories(repo.path, tmp_path)[1:] == [str(lender.path / "objects")]


def test_what_is_not_there_is_passed_over(make_repo: Make, tmp_path: Path) -> None:
    """An alternate that does not exist is no error, as in git."""
    repo = make_repo("repo")
    borrow(repo, str(tmp_path / "gone"))
    assert object_directories(repo.path, tmp_path) == [str(repo.path / "objects")]


def test_links_and_common_folders(make_repo: Make, tmp_path: Path) -> None:
    """A store behind a link to elsewhere, or one that belongs to another repository, is refused."""
    other, linked, common = make_repo("other"), make_repo("in/linked"), make_repo("in/common")
    (linked.path / "objects").rename(tmp_path / "aside")
    (linked.path / "objects").symlink_to(other.path / "objects")
    (common.path / "commondir").write_text(str(other.path))
    for repo in (linked, common):
        with pytest.raises(SecurityViolation):
            Objects(repo.path, alternates_root=tmp_path / "in")


def test_a_store_too_long_to_read(make_repo: Make, tmp_path: Path) -> None:
    """An alternates file that would not be read whole is refused: git would read the rest of it."""
    repo = make_repo("repo")
    borrow(repo, b"#" * (1 << 20))
    with pytest.raises(SecurityViolation):
        Objects(repo.path, alternates_root=tmp_path)


def test_no_repository(tmp_path: Path) -> None:
    """A folder without an object store is named in the error."""
    with pytest.raises(DamagedRepository, match="no object store"):
        Objects(tmp_path)
