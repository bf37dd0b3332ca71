"""Two repositories of one list never share a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codestrata.discover.stage import discover
from codestrata.model import Repository


def names(path: Path, *lines: str) -> list[str]:
    """Read a list of these lines and give the names found in it."""
    path.write_text("\n".join(lines))
    return [item.full_name for item in discover(path) if isinstance(item, Repository)]


def test_folders_join_the_name_where_two_share_it(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """Names grow by as few folders as tell them apart; a name that nobody shares stays."""
    for place in ("a/x/repo", "b/x/repo", "c/y/repo", "a/other"):
        make_repo(place, {"f": place})
    lines = ["./a/x/repo.git", "./b/x/repo.git", "./c/y/repo.git", "./a/other.git"]
    assert names(tmp_path / "list.txt", *lines) == ["a/x/repo", "b/x/repo", "y/repo", "other"]


def test_names_do_not_depend_on_the_order(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """A repository is called the same wherever it stands in the list."""
    for place in ("a/repo", "b/repo"):
        make_repo(place, {"f": place})
    assert names(tmp_path / "one.txt", "./a/repo.git", "./b/repo.git") == ["a/repo", "b/repo"]
    assert names(tmp_path / "two.txt", "./b/repo.git", "./a/repo.git") == ["b/repo", "a/repo"]


def test_a_grown_name_may_not_meet_another(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """When the longer name is taken already, both go on growing."""
    for place in ("p/owner/repo", "q/repo"):
        make_repo(place, {"f": place})
    found = names(tmp_path / "l.txt", "./p/owner/repo.git", "./q/repo.git", "https://example.org/owner/repo")
    assert found == ["p/owner/repo", "q/repo", "example.org/owner/repo"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["https://github.com/a/b", "https://example.org/a/b"],
            ["github.com/a/b", "example.org/a/b"],
        ),
        (
            ["pkg:npm/left@1.0.0", "pkg:npm/left@1.1.0", "pkg:npm/left"],
            [
                "npm/left@1.0.0",
                "npm/left@1.1.0",
                "npm/left@latest",
            ],
        ),
    ],
)
def test_hosts_and_versions_tell_apart(tmp_path: Path, lines: list[str], expected: list[str]) -> None:
    """One name on two hosts gets the host, two versions of a package get the version."""
    assert names(tmp_path / "l.txt", *lines) == expected


def test_two_archives_of_one_stem(tmp_path: Path) -> None:
    """What no folder tells apart gets the beginning of its id."""
    for name in ("x.zip", "x.tar.gz"):
        (tmp_path / name).touch()
    first, second = names(tmp_path / "l.txt", "./x.zip", "./x.tar.gz")
    assert first != second
    assert all(one.startswith("x-") for one in (first, second))
