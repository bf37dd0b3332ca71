"""A snapshot's files in a folder: as git has them, safely, whole or not at all."""

from __future__ import annotations

import os
import stat
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from codestrata.ci.tree import materialise
from codestrata.errors import DamagedRepository, LimitExceeded, SecurityViolation, StorageError
from codestrata.git.tree import list_tree

EPOCH = 1_600_000_000
ODD = [b"a\nb", b"\xff\xfe.py", b"-rf", b"$(touch x)", b'"q"', b"tab\there", b"x" * 250]


def written(folder: Path) -> dict[bytes, tuple[str, bytes]]:
    """Give what lies in a folder: path → kind and content, or where a link points to."""
    found = {}
    for above, folders, names in os.walk(os.fsencode(folder)):
        for name in (*names, *folders):
            path = above + b"/" + name
            mode = os.lstat(path).st_mode
            key = os.path.relpath(path, os.fsencode(folder))
            if stat.S_ISLNK(mode):
                found[key] = ("link", os.readlink(path))  # noqa: PTH115 -- as bytes
            elif stat.S_ISREG(mode):
                found[key] = (oct(stat.S_IMODE(mode)), Path(os.fsdecode(path)).read_bytes())
            elif not os.listdir(path):  # noqa: PTH208 -- as bytes
                found[key] = ("empty", b"")
    return found


def test_files_are_as_git_has_them(make_repo, tmp_path: Path) -> None:
    """Equal to ``git archive``, with executables, links, odd names, equal contents; a submodule is an empty folder."""
    repo = make_repo("repo")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n"
    repo.commit(
        {
            "run.sh": "#!/bin/sh\n",
            "link": "../../outside",
            "deep/er/link": "/etc/passwd",
            "sub/module": "1" * 40,
            "deep/er/file": "12345",
            "deep/same": "12345",
            "empty": "",
            "big.bin": os.urandom(3_000_000),
            "large.psd": pointer,
            **dict.fromkeys(ODD, "x"),
        },
        modes={"run.sh": "100755", "link": "120000", "deep/er/link": "120000", "sub/module": "160000"},
    )
    files = list_tree(repo.path, repo.commits[-1]).files
    folder = tmp_path / "tree"
    assert materialise(repo.path, files, folder, EPOCH) == len(files["path"])
    mine = written(folder)
    assert mine.pop(b"sub/module") == ("empty", b"")
    theirs = {}
    with tarfile.open(fileobj=BytesIO(repo.git("archive", "HEAD"))) as archive:
        for one in archive:
            name = os.fsencode(one.name)
            if one.issym():
                theirs[name] = ("link", os.fsencode(one.linkname))
            elif one.isreg():
                theirs[name] = (oct(0o755 if one.mode & 0o100 else 0o644), archive.extractfile(one).read())
    assert mine == theirs
    times = {os.lstat(path).st_mtime for path in (folder, *folder.rglob("*"))}
    assert times == {EPOCH}
    assert {path.name for path in tmp_path.iterdir()} == {"tree", "repo.git"}
    assert all(stat.S_IMODE(path.lstat().st_mode) == 0o755 for path in (folder, folder / "deep", folder / "sub"))


def test_rows_do_as_well_as_columns(make_repo, tmp_path: Path) -> None:
    """Paths, modes and ids, in any order; an old mode is that of a plain file."""
    repo = make_repo("repo", {"b": "2", "a/c": "1"})
    files = list_tree(repo.path, repo.commits[-1]).files
    entries = [(path, 0o100664, blob) for path, blob in zip(files["path"], files["blob"], strict=True)]
    assert materialise(repo.path, reversed(entries), tmp_path / "tree", EPOCH) == 2
    assert written(tmp_path / "tree") == {b"b": ("0o644", b"2"), b"a/c": ("0o644", b"1")}
    assert materialise(repo.path, [], tmp_path / "none", EPOCH) == 0
    assert (tmp_path / "none").is_dir()


@pytest.mark.parametrize(
    "paths",
    [
        [b"../evil"],
        [b"a/../../evil"],
        [b"/etc/evil"],
        [b"a//b"],
        [b"./a"],
        [b""],
        [b".git/hooks/pre-commit"],
        [b"a/.GIT/config"],
        [b"GIT~1"],
        [b"a\0b"],
        [b"a", b"a"],
        [b"link", b"link/evil"],
        [b"link/evil", b"link"],
    ],
)
def test_tricks_with_paths_are_refused(make_repo, tmp_path: Path, paths: list[bytes]) -> None:
    """Nothing is written, inside or outside; a link that is a folder, too, is never followed."""
    repo = make_repo("repo", {"target": str(tmp_path / "outside"), "x": "evil"})
    files = list_tree(repo.path, repo.commits[-1]).files
    link, evil = files["blob"]
    (tmp_path / "outside").mkdir()
    entries = [(path, 0o120000 if path == b"link" else 0o100644, link if path == b"link" else evil) for path in paths]
    with pytest.raises(SecurityViolation):
        materialise(repo.path, entries, tmp_path / "tree", EPOCH)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "repo.git"]
    assert not list((tmp_path / "outside").iterdir())


def test_limits_missing_blobs_and_folders_in_the_way(make_repo, tmp_path: Path) -> None:
    """Each is an error of its kind, and leaves nothing."""
    repo = make_repo("repo", {"a": "x" * 1000, "b": "x" * 1000})
    files = list_tree(repo.path, repo.commits[-1]).files
    with pytest.raises(LimitExceeded):
        materialise(repo.path, files, tmp_path / "tree", EPOCH, most_bytes=1999)
    with pytest.raises(LimitExceeded):
        materialise(repo.path, [(b"x" * 256, 0o100644, files["blob"][0])], tmp_path / "tree", EPOCH)
    with pytest.raises(DamagedRepository):
        materialise(repo.path, [(b"gone", 0o100644, b"\1" * 20)], tmp_path / "tree", EPOCH)
    with pytest.raises(DamagedRepository):
        materialise(repo.path, [(b"link", 0o120000, np.uint8(0).tobytes() * 20)], tmp_path / "tree", EPOCH)
    assert [path.name for path in tmp_path.iterdir()] == ["repo.git"]
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "mine").write_text("keep")
    with pytest.raises(StorageError):
        materialise(repo.path, files, tmp_path / "tree", EPOCH)
    assert (tmp_path / "tree" / "mine").read_text() == "keep"


def test_a_link_that_no_file_system_holds_is_damage(make_repo, tmp_path: Path) -> None:
    """Empty, too long, or with a NUL."""
    for target in ("", "x" * 5000, "a\0b"):
        repo = make_repo(f"repo{len(target)}", {})
        repo.commit({"link": target}, modes={"link": "120000"})
        files = list_tree(repo.path, repo.commits[-1]).files
        with pytest.raises(DamagedRepository):
            materialise(repo.path, files, tmp_path / "tree", EPOCH)


def test_permissions_do_not_depend_on_the_umask(make_repo, tmp_path: Path) -> None:
    """Rooms read the files as another user."""
    repo = make_repo("repo", {"a/b": "1"})
    files = list_tree(repo.path, repo.commits[-1]).files
    before = os.umask(0o077)
    try:
        materialise(repo.path, files, tmp_path / "tree", EPOCH)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tree", *sorted((tmp_path / "tree").rglob("*")))]
    assert modes == [0o755, 0o755, 0o644]
