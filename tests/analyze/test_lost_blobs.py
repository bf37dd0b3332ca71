"""A blob that one repository lost, or that is damaged there, is read from another that has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, code
from tests.conftest import git

from codestrata import Workspace
from codestrata.settings import load


def _loose(repo, path: str) -> Path:
    """Unpack a repository; give the file that holds one blob."""
    blob = repo.git("rev-parse", f"HEAD:{path}").decode().strip()
    packs = list((repo.path / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        data = pack.read_bytes()
        for file in pack.parent.glob(pack.stem + "*"):
            file.unlink()
        git(repo.path, "unpack-objects", "-q", stdin=data)
    return repo.path / "objects" / blob[:2] / blob[2:]


def _lose(repo, path: str) -> None:
    """Remove one file's object from a repository."""
    _loose(repo, path).unlink()


def _spoil(file: Path, at: int) -> None:
    """Change one byte of a file; another file takes its name, as when a disk copy went wrong."""
    data = bytearray(file.read_bytes())
    data[at] ^= 0x55
    file.unlink()
    file.write_bytes(data)


def _spoil_loose(repo, path: str) -> None:
    file = _loose(repo, path)
    _spoil(file, file.stat().st_size // 2)


def _spoil_packed(repo, path: str) -> None:
    """Change a byte in the middle of a blob in its pack, whose index stays as it was."""
    repo.git("gc", "-q")
    blob = repo.git("rev-parse", f"HEAD:{path}").decode().strip()
    (pack,) = (repo.path / "objects" / "pack").glob("*.pack")
    listed = repo.git("verify-pack", "-v", str(pack)).decode().splitlines()
    size, offset = next((int(p[3]), int(p[4])) for p in map(str.split, listed) if p and p[0] == blob)
    _spoil(pack, offset + size // 2)


def _settings():
    return load(None, {}, {"engine.inline": True, "ingest.strategy": "full", "ingest.history": "none"})


@pytest.mark.parametrize("spoil", [_spoil_loose, _spoil_packed])
@pytest.mark.parametrize("order", [["one", "two"], ["two", "one"]])
@pytest.mark.parametrize("known", [False, True])
def test_what_is_damaged_in_one_another_gives(make_repo, tmp_path, spoil, order, known):
    """The row of the repository with the damaged object is unread and the sound one's is kept, however they come."""
    files = {"LICENSE": MIT, "a.py": code(1), "b.py": code(2)}
    repos = {name: make_repo(name, files) for name in order}
    spoil(repos["one"], "a.py")
    listed = tmp_path / "list.txt"
    with Workspace(tmp_path / "w", _settings()) as workspace:
        if known:  # the facts are there before the damaged repository comes
            workspace.run(repos["two"].path, tmp_path / "first")
        listed.write_text("".join(f"{repos[name].path}\n" for name in order))
        report = workspace.run(listed, tmp_path / "dataset")
        assert workspace.lineage("two:a.py").steps["decision"] == {"kept": "yes"}
        assert workspace.lineage("one:a.py").steps["decision"]["reason"] == "unread"
    assert report.dataset is not None
    assert (report.dataset.rows, report.dataset.dropped["unread"]) == (2, 1)


@pytest.mark.parametrize("spoil", [_lose, _spoil_loose, _spoil_packed])
def test_what_is_mended_in_place_is_read(make_repo, tmp_path, spoil):
    """A blob that is put back into the very repository that lacked it is read in the next run; then all is done."""
    repo = make_repo("one", {"LICENSE": MIT, "a.py": code(1), "b.py": code(2)})
    sound = tmp_path / "sound.git"
    shutil.copytree(repo.path, sound)
    spoil(repo, "a.py")
    with Workspace(tmp_path / "w", _settings()) as workspace:
        rows = [workspace.run(repo.path, tmp_path / "dataset").dataset.rows for _ in range(2)]
        shutil.rmtree(repo.path)
        shutil.copytree(sound, repo.path)
        rows += [workspace.run(repo.path, tmp_path / "dataset").dataset.rows for _ in range(2)]
    assert rows == [1, 1, 2, 2]


def test_what_one_lost_another_gives(make_repo, tmp_path):
    """Whichever of two repositories comes first, a file that only one of them still holds is in the dataset."""
    files = {"LICENSE": MIT, "a.py": code(1), "b.py": code(2)}
    whole = [make_repo(name, files) for name in ("one", "two", "three", "four", "five")]
    for repo in whole[:-1]:
        _lose(repo, "a.py")
    settings = load(None, {}, {"engine.inline": True, "ingest.strategy": "full", "ingest.history": "none"})
    listed = tmp_path / "list.txt"
    listed.write_text("".join(f"{repo.path}\n" for repo in whole))
    with Workspace(tmp_path / "w", settings) as workspace:
        report = workspace.run(listed, tmp_path / "dataset")
    assert report.dataset is not None
    assert report.dataset.rows == 2
    assert report.dataset.dropped["unread"] == 4


def test_what_all_lost_is_unread_and_comes_back(make_repo, tmp_path):
    """A blob that nobody holds is a stub; when a repository that holds it joins the list, it is read."""
    files = {"LICENSE": MIT, "a.py": code(1), "b.py": code(2)}
    lost, whole = make_repo("lost", files), make_repo("whole", files)
    _lose(lost, "a.py")
    settings = load(None, {}, {"engine.inline": True, "ingest.strategy": "full", "ingest.history": "none"})
    with Workspace(tmp_path / "w", settings) as workspace:
        first = workspace.run(lost.path, tmp_path / "dataset").dataset
        listed = tmp_path / "list.txt"
        listed.write_text(f"{lost.path}\n{whole.path}\n")
        second = workspace.run(listed, tmp_path / "dataset").dataset
    assert first is not None
    assert (first.rows, first.dropped.get("unread")) == (1, 1)
    assert second is not None
    assert second.rows == 2
