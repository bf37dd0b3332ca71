"""HEAD and refs, read as files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestrata.errors import DamagedRepository, SecurityViolation
from codestrata.git.refs import Head, is_ref, read_head, read_plain, read_refs, write_file


def test_loose_and_packed_refs_say_the_same(make_repo) -> None:
    """HEAD is found whether its branch is a file or a line of packed-refs; a newer file beats the line."""
    repo = make_repo("repo", {"a": "1"})
    assert read_head(repo.path) == Head("refs/heads/main", repo.commits[0])
    repo.git("pack-refs", "--all")
    assert not (repo.path / "refs/heads/main").exists()
    assert read_head(repo.path) == Head("refs/heads/main", repo.commits[0])
    repo.commit({"a": "2"})
    assert read_head(repo.path) == Head("refs/heads/main", repo.commits[1])


def test_detached_unborn_and_symbolic(make_repo) -> None:
    """A detached HEAD has no ref, an unborn branch no commit, a chain of symbolic refs ends at its branch."""
    repo = make_repo("repo")
    assert read_head(repo.path) == Head("refs/heads/main", "")
    commit = repo.commit({"a": "1"})
    repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    repo.git("symbolic-ref", "HEAD", "refs/heads/alias")
    assert read_head(repo.path) == Head("refs/heads/main", commit)
    (repo.path / "HEAD").write_text(commit + "\n")
    assert read_head(repo.path) == Head("", commit)


def test_head_as_a_link(make_repo) -> None:
    """The oldest repositories have a symbolic link for a HEAD."""
    repo = make_repo("repo", {"a": "1"})
    (repo.path / "HEAD").unlink()
    (repo.path / "HEAD").symlink_to("refs/heads/main")
    assert read_head(repo.path) == Head("refs/heads/main", repo.commits[0])


@pytest.mark.parametrize(
    "name",
    ["ref: /etc/passwd", "ref: refs/heads/../../../secret", "ref: refs//x", "ref: refs/heads/a.lock", "ref: config"],
)
def test_a_head_that_leads_outside_is_refused(make_repo, name: str) -> None:
    """HEAD names a ref below ``refs/`` or nothing at all."""
    repo = make_repo("repo", {"a": "1"})
    (repo.path / "HEAD").write_text(name)
    with pytest.raises(SecurityViolation):
        read_head(repo.path)


def test_a_link_to_a_secret_is_not_followed(make_repo, tmp_path: Path) -> None:
    """A branch that is a symbolic link is refused, not read."""
    repo = make_repo("repo", {"a": "1"})
    secret = tmp_path / "secret"
    secret.write_text("1" * 40)
    (repo.path / "refs/heads/main").unlink()
    (repo.path / "refs/heads/main").symlink_to(secret)
    with pytest.raises(SecurityViolation, match="symbolic link"):
        read_head(repo.path)


def test_nonsense_and_loops_are_damage(make_repo) -> None:
    """A HEAD that names nothing, or itself in circles, is damage, not a hang."""
    repo = make_repo("repo", {"a": "1"})
    for text in ("", "what", "ref: refs/heads/loop"):
        (repo.path / "HEAD").write_text(text)
        (repo.path / "refs/heads/loop").write_text("ref: refs/heads/loop")
        with pytest.raises(DamagedRepository):
            read_head(repo.path)


def test_reftables_are_named(make_repo) -> None:
    """A repository in the newer ref format is refused with what to do."""
    repo = make_repo("repo", {"a": "1"})
    (repo.path / "reftable").mkdir()
    with pytest.raises(DamagedRepository, match="reftable"):
        read_head(repo.path)


def test_all_branches_and_tags(make_repo) -> None:
    """Branches and tags are listed from files and from packed-refs; other refs are not."""
    repo = make_repo("repo", {"a": "1"})
    repo.git("tag", "v1")
    repo.git("update-ref", "refs/pull/1/head", repo.commits[0])
    repo.git("pack-refs", "--all")
    second = repo.commit({"a": "2"})
    repo.git("branch", "topic/x", "main")
    assert read_refs(repo.path) == {
        "refs/heads/main": second,
        "refs/heads/topic/x": second,
        "refs/tags/v1": repo.commits[0],
    }


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe in the place of a file is refused at once."""
    os.mkfifo(tmp_path / "HEAD")
    with pytest.raises(SecurityViolation, match="regular"):
        read_plain(tmp_path / "HEAD", 100)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """A file longer than it may be is damage; a missing one or a folder is empty."""
    (tmp_path / "big").write_bytes(b"x" * 101)
    with pytest.raises(DamagedRepository, match="larger"):
        read_plain(tmp_path / "big", 100)
    assert read_plain(tmp_path / "none", 100) == read_plain(tmp_path, 100) == b""


def test_writing_the_same_touches_nothing(tmp_path: Path) -> None:
    """A file that has the bytes already keeps its time; otherwise it is replaced whole."""
    path = tmp_path / "folder" / "file"
    write_file(path, b"one")
    os.utime(path, (1, 1))
    write_file(path, b"one")
    assert path.stat().st_mtime == 1
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(("name", "fits"), [("refs/heads/a-b_c.d/e", True), ("refs/heads/ü", True), ("HEAD", False)])
def test_ref_names(name: str, fits: bool) -> None:
    """A full ref name is below refs/."""
    assert is_ref(name) is fits
