"""A blob that one repository lost is read from another that has it."""

from __future__ import annotations

from tests.acceptance.conftest import MIT, code
from tests.conftest import git

from codestrata import Workspace
from codestrata.settings import load


def _lose(repo, path: str) -> None:
    """Remove one file's object from a repository."""
    blob = repo.git("rev-parse", f"HEAD:{path}").decode().strip()
    packs = list((repo.path / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        data = pack.read_bytes()
        for file in pack.parent.glob(pack.stem + "*"):
            file.unlink()
        git(repo.path, "unpack-objects", "-q", stdin=data)
    (repo.path / "objects" / blob[:2] / blob[2:]).unlink()


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
