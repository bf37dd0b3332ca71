"""A dataset says nothing of the machine it was made on, and is the same wherever it was made."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, code, digests

from codestrata import Workspace
from codestrata.settings import load


def _build(folder: Path, source: Path, out: Path, **flags: object) -> None:
    settings = load(None, {}, {"engine.inline": True, **{k.replace("__", "."): v for k, v in flags.items()}})
    with Workspace(folder / "w", settings) as held:
        held.run(source, out)


@pytest.fixture
def machines(make_repo, tmp_path) -> list[Path]:
    """Give two folders, far apart, with the same repositories and a list that names them."""
    files = {"LICENSE": MIT, "a.py": code(1), "b.py": code(2)}
    made = [make_repo(name, files | {f"{name}.py": code(number)}) for number, name in enumerate(("x", "y", "z"), 5)]
    made[0].git("config", "remote.origin.url", "https://ada:s3cret@github.com/Example/X.git")
    folders = [tmp_path / "home" / "ada" / "work", tmp_path / "srv" / "deep" / "er"]
    for folder in folders:
        for repo in made:
            shutil.copytree(repo.path, folder / repo.path.name)
        (folder / "repos.csv").write_text(f"path,stars\n{folder}/x.git,3\ny.git,2\nfile://{folder}/z.git,1\n")
        (folder / "out.txt").write_text("other/*  # asked for\n")
    return folders


def _rows(out: Path) -> list[dict]:
    lines = [line for file in sorted((out / "data").iterdir()) for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def _said(out: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file())


@pytest.mark.parametrize("single", [False, True])
def test_no_path_of_the_machine_is_in_a_dataset(machines, tmp_path, single):
    """Rows, manifest and attribution name a local repository by its public URL, or by its name alone."""
    here = machines[0]
    source = here if single else here / "repos.csv"
    out = tmp_path / "dataset"
    flags = {"export__write__format": "jsonl", "export__opt_out_file": str(here / "out.txt")}
    _build(here, source, out, **flags)
    assert str(here).encode() not in _said(out)
    assert b"s3cret" not in _said(out)
    assert {r["repository"]: r["origin"] for r in _rows(out)} == {
        "x": "https://github.com/Example/X",
        "y": "local:y",
        "z": "local:z",
    }
    listed = json.loads((out / "manifest.json").read_text())["inputs"]["repositories"]
    assert [one["origin"] for one in listed] == ["https://github.com/Example/X", "local:y", "local:z"]
    assert "- from: local:y" in (out / "ATTRIBUTION.md").read_text("utf-8")


def test_two_machines_make_the_same_dataset(machines, tmp_path):
    """The same repositories at other paths give the same bytes, the manifest's ids of the workspace apart."""
    outs = []
    for number, folder in enumerate(machines):
        outs.append(tmp_path / str(number))
        _build(folder, folder / "repos.csv", outs[-1])
    one, two = (digests(out) for out in outs)
    assert {path for path in one if one[path] != two[path]} <= {"manifest.json"}
    first, second = (json.loads((out / "manifest.json").read_text()) for out in outs)
    for manifest in (first, second):
        del manifest["inputs"]["key"]
        for repository in manifest["inputs"]["repositories"]:
            del repository["id"]
    assert first == second


def test_an_archive_is_named_by_its_file(tmp_path, make_repo):
    """A source archive on this machine has the name of its file for an origin."""
    repo = make_repo("tool", {"LICENSE": MIT, "a.py": code(1)})
    archive = tmp_path / "deep" / "tool-1.0.tar.gz"
    archive.parent.mkdir()
    archive.write_bytes(gzip.compress(repo.git("archive", "main")))
    _build(tmp_path, archive, tmp_path / "dataset", export__write__format="jsonl")
    assert {r["origin"] for r in _rows(tmp_path / "dataset")} == {"archive:tool-1.0.tar.gz"}
    assert str(archive.parent).encode() not in _said(tmp_path / "dataset")
