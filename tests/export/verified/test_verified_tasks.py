"""Tasks that were run: what fails before a commit and passes after it, in a sandbox, on a real repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder
from tests.export.verified.trying import Recipe, sandbox, shop


@pytest.mark.claim("B13")
def test_a_commit_that_mends_is_one_task(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """It names the test that it makes pass and the one that it keeps."""
    sandbox(tmp_path)
    repo = shop(make_repo)
    made, rows = Recipe(tmp_path, [repo]).build()
    assert made.report.tasks.as_dict() == {"tried": 1, "verified": 1, "left_out": {}, "passed_over": {}}
    (row,) = rows
    assert (row["base_commit"], row["commit"]) == tuple(repo.commits)
    assert json.loads(row["FAIL_TO_PASS"]) == ["tests.test_shop.Shop.test_cheapest"]
    assert json.loads(row["PASS_TO_PASS"]) == ["tests.test_shop.Shop.test_total"]
