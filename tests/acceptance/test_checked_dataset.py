"""B13: one pipeline over many repositories, and a dataset that asks for what it found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.calling import Ended, Strata
from tests.sandbox.presence import needs_sandbox, sandbox

__all__ = ["sandbox"]  # a fixture

PIPELINE = """\
version: 1
name: py-tests
jobs:
  compile:
    steps: [{run: python3 -m compileall -q src}]
  test:
    needs: [compile]
    steps: [{run: "python3 tests.py > junit.xml"}]
    reports:
      unit: {format: junit, path: junit.xml}
columns:
  builds: job("compile").passed
  tests_passed: count(tests, status == "passed")
  tests_failed: count(tests, status == "failed")
  flaky: flaky(tests)
"""
TESTS = """\
import sys; sys.path.insert(0, "src")
from code_under_test import double
good = double(21) == 42
said = "" if good else '<failure message="no"/>'
print(f'<testsuite name="s"><testcase name="t">{said}</testcase></testsuite>')
sys.exit(not good)
"""
MODULE = '''\
# SPDX-License-Identifier: MIT
"""Numbers, doubled: {name}."""


def double(number: int) -> int:
    """Give twice a number, for {name}."""
    return {body}
'''


@pytest.fixture
def checked(make_repo: Callable[..., Any], tmp_path: Path, strata: Strata) -> Strata:
    """Give a workspace with four repositories, over which the pipeline has been run."""
    bodies = {"o/good": "number * 2", "o/wrong": "number + 2", "p/broken": "number *", "p/fine": "number + number"}
    for name, body in bodies.items():
        make_repo(name, {"src/code_under_test.py": MODULE.format(name=name, body=body), "tests.py": TESTS})
    rows = "".join(f"{name}.git,{name}\n" for name in bodies)
    (tmp_path / "list.csv").write_text(f"path,name\n{rows}", "utf-8")
    (tmp_path / "pipeline.yaml").write_text(PIPELINE, "utf-8")
    assert strata("run", "list.csv").code == 0
    return strata


def kept(folder: Path) -> dict[str, dict[str, Any]]:
    """Give the rows of a dataset, by repository."""
    return {row["repository"]: row for row in pq.read_table(folder / "data").to_pylist()}


@needs_sandbox
@pytest.mark.claim("B13")
def test_a_dataset_asks_for_what_was_executed(checked: Strata, tmp_path: Path) -> None:
    """Only what builds and passes its tests is kept; each row says so; what is dropped says why."""
    ended = checked("ci", "fleet", "pipeline.yaml")
    assert ended.code == 0, ended.err
    assert "2 passed, 2 failed; 4 run now" in ended.out
    require = {"export.checks.require": "builds and tests_passed > 0 and flaky = 0"}
    assert checked("export", "--out", "asked", settings=require).code == 0
    rows = kept(tmp_path / "asked")
    assert set(rows) == {"o/good", "p/fine"}
    assert {(r["ci_builds"], r["ci_tests_passed"], r["ci_flaky"]) for r in rows.values()} == {(True, 1, 0)}
    assert len({r["ci_pipeline"] for r in rows.values()}) == 1
    removed = pq.read_table(tmp_path / "asked" / "removed").to_pylist()
    why = {r["repository"]: r["value_text"] for r in removed if r["reason"] == "unverified"}
    assert why == {
        "o/wrong": "builds = true, tests_passed = 0, flaky = 0",
        "p/broken": "tests_passed, flaky not known: nothing was judged",
    }
    card = (tmp_path / "asked" / "README.md").read_text("utf-8")
    assert "ci_tests_passed" in card
    assert "unverified" in card


@needs_sandbox
@pytest.mark.claim("B13", "A10")
def test_results_are_those_of_the_commit(checked: Strata, make_repo: Callable[..., Any], tmp_path: Path) -> None:
    """A commit that nobody has run is unverified until the fleet has; without the setting nothing is asked."""
    assert checked("ci", "fleet", "pipeline.yaml").code == 0
    plain = checked("export", "--out", "plain")
    assert plain.code == 0
    assert not any(name.startswith("ci_") for name in next(iter(kept(tmp_path / "plain").values())))
    columns = {"export.checks.pipeline": "py-tests"}
    assert checked("export", "--out", "with", settings=columns).code == 0
    told = {name: row["ci_tests_failed"] for name, row in kept(tmp_path / "with").items()}
    assert told == {"o/good": 0, "o/wrong": 1, "p/broken": -1, "p/fine": 0}
    unknown = {name: row["ci_unknown"] for name, row in kept(tmp_path / "with").items() if row["ci_unknown"]}
    assert unknown == {"p/broken": "tests_passed tests_failed flaky"}
    again = checked("ci", "fleet", "pipeline.yaml")
    assert "; 0 run now" in again.out


def refused(ended: Ended, *parts: str) -> None:
    """Check that a call was refused, in one line that has these parts."""
    assert ended.code == 2
    assert ended.line("error: ", *parts)


def test_what_cannot_be_asked_is_refused(checked: Strata) -> None:
    """No result at all, a pipeline that nobody ran, a column that does not exist."""
    refused(checked("export", settings={"export.checks.require": "builds"}), "no pipeline has results here", "ci fleet")
    refused(checked("export", settings={"export.checks.pipeline": "other"}), "no results of a pipeline 'other'")
