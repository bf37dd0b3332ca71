"""Where a repository on this machine was cloned from, read from its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import git

from codestrata.discover.origins import named
from codestrata.discover.remotes import remote_url


def _with(folder: Path, text: str) -> str:
    (folder / "config").write_text(text)
    return remote_url(folder)


def _remote(url: str, name: str = "origin") -> str:
    return f'[core]\n\tbare = true\n[remote "{name}"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/*\n'


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/Owner/Repo.git", "https://github.com/Owner/Repo"),
        ("https://user:secret@github.com/Owner/Repo.git", "https://github.com/Owner/Repo"),
        ("https://token@example.org/a/b", "https://example.org/a/b"),
        ("git@github.com:Owner/Repo.git", "https://github.com/Owner/Repo"),
        ("ssh://ada@git.example.org:2222/a/b.git", "https://git.example.org:2222/a/b"),
        ("git://example.org/a/b", "https://example.org/a/b"),
        ('"https://example.org/a/b" # where it is', "https://example.org/a/b"),
        ("/srv/git/a.git", ""),
        ("../a.git", ""),
        ("file:///srv/git/a.git", ""),
        ("https://localhost/a/b", ""),
        ("https://build/a/b", ""),
        ("https://git.corp.internal/a/b", ""),
        ("ssh://ada@host.localdomain/a/b", ""),
        ("https://build.fritz.box/a/b", ""),
        ("https://git.any.box/a/b", "https://git.any.box/a/b"),
        ("ssh://git@192.168.1.7/a/b", ""),
        ("ssh://git@[fd00::7]/a/b", ""),
        ("https://example.org/a/b?token=secret", ""),
        ("ext::sh -c true", ""),
    ],
)
def test_only_what_anybody_could_reach_is_told(tmp_path: Path, url: str, expected: str) -> None:
    """A public URL is told without credentials; a path, a host of a private network and nonsense are not."""
    assert _with(tmp_path, _remote(url)) == expected


def test_which_remote_is_meant(tmp_path: Path) -> None:
    """``origin`` is, or the only one there is; of several others none; the last URL git would fetch from wins."""
    one, two = "https://example.org/one/x", "https://example.org/two/x"
    assert _with(tmp_path, _remote(one, "up")) == one
    assert _with(tmp_path, _remote(one, "up") + _remote(two)) == two
    assert _with(tmp_path, _remote(one, "up") + _remote(two, "down")) == ""
    assert _with(tmp_path, f'[remote "origin"] url = {one}\n  PushURL = {two}\n') == one
    assert _with(tmp_path, f'; [remote "origin"]\n[REMOTE "origin"]\nURL={one}\n') == one
    assert _with(tmp_path, '[remote "origin"]\n\turl\n') == ""
    assert _with(tmp_path, "") == ""


def test_it_agrees_with_git(tmp_path: Path) -> None:
    """Bare, with a work tree, or a linked work tree: what ``git remote add`` wrote is found."""
    url = "https://example.org/a/b"
    git(tmp_path, "init", "-q", "work")
    work = tmp_path / "work"
    git(work, "remote", "add", "origin", url)
    git(work, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x")
    git(work, "worktree", "add", "-q", "../linked")
    git(tmp_path, "clone", "-q", "--bare", "work", "bare.git")
    git(tmp_path / "bare.git", "config", "remote.origin.url", url)
    assert [named(str(tmp_path / name), tmp_path).url for name in ("work", "linked", "bare.git")] == [url] * 3


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A configuration behind a link, or one that is no file, is not read."""
    (tmp_path / "real").write_text(_remote("https://example.org/a/b"))
    (tmp_path / "config").symlink_to(tmp_path / "real")
    assert remote_url(tmp_path) == ""
    (tmp_path / "config").unlink()
    (tmp_path / "config").mkdir()
    assert remote_url(tmp_path) == ""


def test_a_file_that_points_at_another_repository_is_not_believed(tmp_path: Path) -> None:
    """``.git`` of a linked work tree counts where that repository knows it, and not in a folder that only claims so."""
    git(tmp_path, "init", "-q", "work")
    work, false = tmp_path / "work", tmp_path / "false"
    git(work, "remote", "add", "origin", "https://example.org/a/b")
    git(work, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x")
    git(work, "worktree", "add", "-q", "../linked")
    false.mkdir()
    (false / ".git").write_text((tmp_path / "linked" / ".git").read_text())
    assert remote_url(tmp_path / "linked") == "https://example.org/a/b"
    assert remote_url(false) == ""
