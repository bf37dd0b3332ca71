"""Rows that are not files are a function of their input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.export.shape.building import MIT, SECRET, build

SHOP = """import functools


@functools.lru_cache
def area(width, height):
    \"\"\"Work out the area of a shape that is as wide and high as this.\"\"\"
    # We keep them apart because a shape may be flat.
    first = width + 0
    second = height + 0
    return f"{first + second}"
"""


@pytest.mark.parametrize("recipe", ["instruct", "commits", "patterns"])
def test_two_workers_and_a_second_run_give_the_same_bytes(make_repo: Callable, tmp_path: Path, recipe: str) -> None:
    """Neither how many work nor what was done before changes a byte."""
    repos = [make_repo(name, {"LICENSE": MIT, "shop.py": SHOP.replace("area", name)}) for name in ("one", "two")]
    for repo in repos:
        text = SHOP.replace("area", repo.path.stem).replace("first + second", "first * second")
        repo.commit({"shop.py": text}, "Compute areas by multiplication")
    flags = {"export__dedup__level": "none", "export__privacy__author_secret": SECRET}
    one = build(tmp_path, repos, recipe, "one", **flags)
    assert {row["repository"] for row in one.rows} == {"one", "two"}
    once = one.files()
    assert build(tmp_path, repos, recipe, "one", **flags).files() == once
    flags |= {"engine__inline": False, "engine__workers": 2}
    assert build(tmp_path, repos, recipe, "two", **flags).files() == once
