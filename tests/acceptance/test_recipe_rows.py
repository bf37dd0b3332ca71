"""Rows that are not files: a function of their input, and each leads to its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import digests
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, build

SHOP = """import functools


@functools.lru_cache
def area(width, height):
    \"\"\"Work out the area of a shape that is as wide and high as this.\"\"\"
    # We keep them apart because a shape may be flat.
    first = width + 0
    second = height + 0
    return f"{first + second}"
"""
RECIPES = ["instruct", "commits", "patterns"]
#: Recipe → the column whose text lies at a row's source.
TEXT = {"instruct": "code", "commits": "new_text", "patterns": "code"}


@pytest.fixture
def repos(make_repo: Callable) -> list[RepoBuilder]:
    """Two repositories with a function, its documentation, a reason, and a change."""
    made = [make_repo(name, {"LICENSE": MIT, "shop.py": SHOP.replace("area", name)}) for name in ("one", "two")]
    for repo in made:
        text = SHOP.replace("area", repo.path.stem).replace("first + second", "first * second")
        repo.commit({"shop.py": text}, "Compute areas by multiplication")
    return made


@pytest.mark.claim("C14")
@pytest.mark.parametrize("recipe", RECIPES)
def test_two_workers_and_a_second_run_give_the_same_bytes(
    repos: list[RepoBuilder], tmp_path: Path, recipe: str
) -> None:
    """Neither how many work, nor what was done before, nor in which workspace changes a byte."""
    flags: dict[str, object] = {"export__dedup__level": "none"}
    one = build(tmp_path, repos, recipe, "one", **flags)
    assert {row["repository"] for row in one.rows} == {"one", "two"}
    once = digests(one.folder)
    assert digests(build(tmp_path, repos, recipe, "one", **flags).folder) == once
    flags |= {"engine__inline": False, "engine__workers": 2}
    assert digests(build(tmp_path, repos, recipe, "two", **flags).folder) == once


@pytest.mark.claim("C15")
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_row_leads_to_its_bytes(repos: list[RepoBuilder], tmp_path: Path, recipe: str) -> None:
    """The lines that a source names, in the commit it names, hold what the row shows."""
    stores = {repo.path.stem: repo for repo in repos}
    made = build(tmp_path, repos, recipe, export__dedup__level="none").rows
    rows = [row for row in made if row[TEXT[recipe]] and row.get("level") != "L8"]  # a decision shows what it is about
    assert rows
    for row in rows:
        found = re.fullmatch(r"(.+?)@([0-9a-f]{40}):(.+?)#L(\d+)(?:-L(\d+))?", row["source"])
        assert found
        name, commit, path, first, last = found.groups()
        lines = stores[name].git("show", f"{commit}:{path}").decode().splitlines(keepends=True)
        held = "".join(lines[int(first) - 1 : int(last or first)])
        assert row[TEXT[recipe]] in held


def test_the_card_counts_rows(repos: list[RepoBuilder], tmp_path: Path) -> None:
    """Languages that no row has are not listed, and the others with as many rows as there are."""
    repos[0].commit({"NOTES.md": "# Words\n\nThese are no functions.\n"}, "Add notes")
    made = build(tmp_path, repos, "instruct", export__dedup__level="none")
    card = (made.folder / "README.md").read_text("utf-8")
    listed = card.partition("## Languages")[2].partition("## ")[0]
    assert f"| Python | {len(made.rows)} |" in listed
    assert "Markdown" not in listed
