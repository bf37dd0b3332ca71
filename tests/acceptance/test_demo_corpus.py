"""Every recipe makes rows of the demo corpus: here of its repository with a history, which needs no network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.conftest import EXAMPLES, digests
from tests.conftest import git
from tests.export.verified.trying import sandbox

from codestrata import Workspace
from codestrata.settings import load
from codestrata.workspace.dataset.dataset import Built
from codestrata.workspace.dataset.starter import start as begin
from codestrata.workspace.dataset.validated import validate

RECIPES = ["pretrain", "repo", "fim", "instruct", "commits", "patterns", "verified"]
TWO = {"engine.inline": False, "engine.workers": 2}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, spans: Path) -> Path:
    """Give a folder with the rows of examples/repos.csv that are no packages, and a recipe of each kind as begun."""
    folder = tmp_path_factory.mktemp("demo")
    told = (EXAMPLES / "repos.csv").read_text("utf-8").splitlines()
    (folder / "repos.csv").write_text("\n".join([told[0], *(row for row in told if row.startswith(","))]) + "\n")
    (folder / "spans.git").symlink_to(spans)
    for recipe in RECIPES:
        begin(folder / f"{recipe}.yaml", recipe, ["repos.csv"])
    return folder


def build(recipe: Path, out: Path, workspace: str, **settings: object) -> Built:
    """Build a recipe; of verified the newest commits are enough."""
    few = {"verified.most": 2} if recipe.stem == "verified" else {}
    with Workspace(recipe.parent / workspace, load(None, {}, {"engine.inline": True, **settings})) as w:
        return w.dataset(recipe, **few).build(out)


@pytest.mark.claim("C14")
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_builds(corpus: Path, recipe: str, tmp_path: Path) -> None:
    """What ``init`` begins has rows, is valid, and is the same bytes again, also by two workers in a new workspace."""
    if recipe == "verified":
        sandbox(tmp_path)
    file, one, two = corpus / f"{recipe}.yaml", tmp_path / "one", tmp_path / "two"
    made = build(file, one, "w")
    assert made.report.dataset is not None
    assert made.report.dataset.rows > 0
    assert recipe != "verified" or (made.report.tasks and made.report.tasks.verified == 2)
    assert not validate(one).failed
    once = digests(one)
    assert not build(file, one, "w").fresh
    build(file, two, "w2", **TWO)
    assert digests(one) == digests(two) == once


def test_it_is_the_same_on_every_machine(spans: Path, tmp_path: Path) -> None:
    """Neither the user's name and settings for Git nor the clock or a repository around it go into the commits."""
    settings = "[commit]\n\tgpgsign = true\n[core]\n\tautocrlf = true\n[am]\n\tkeepcr = true\n"
    (tmp_path / ".gitconfig").write_text(settings)
    mine = {"HOME": str(tmp_path), "TZ": "Asia/Tokyo", "GIT_DIR": str(tmp_path / "no"), "GIT_AUTHOR_NAME": "me"}
    env = {**os.environ, **mine, "GIT_COMMITTER_DATE": "1970-01-02T00:00:00"}
    subprocess.run([EXAMPLES / "spans" / "make", tmp_path / "again.git"], env=env, check=True)
    assert git(tmp_path / "again.git", "rev-parse", "main") == git(spans, "rev-parse", "main")


def test_without_git_the_rest_is_made(corpus: Path, tmp_path: Path) -> None:
    """Where examples came as an archive, the row of this repository is told, and the others make the dataset."""
    folder = tmp_path / "examples"
    folder.mkdir()
    for name in ("itself.csv", "dataset.yaml"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    for name in ("repos.csv", "spans.git"):
        (folder / name).symlink_to(corpus / name)
    made = build(folder / "dataset.yaml", tmp_path / "ds", "w")
    assert made.report.dataset is not None
    assert made.report.dataset.rows > 0
    (told,) = made.report.rejected
    assert "that folder is not a Git repository" in str(told)
