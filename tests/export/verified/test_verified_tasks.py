"""Tasks that were run: what fails before a commit and passes after it, in a sandbox, on a real repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calling import Strata, strata
from tests.conftest import RepoBuilder, git
from tests.export.verified.trying import CHEAPEST, FIXED, PIPELINE, TESTS, Recipe, sandbox, shop

from codestrata.errors import InvalidInput, NothingDone
from codestrata.export.policy import Entry
from codestrata.export.stage import takedown
from codestrata.workspace.dataset.validated import validate

__all__ = ["strata"]

MENDED, KEPT = "tests.test_shop.Shop.test_cheapest", "tests.test_shop.Shop.test_total"
#: A test that passes once: the file that it makes is kept for the next run of the repository.
ONCE = """
    def test_once(self):
        open("seen/before", "x").close()
"""
#: The second has an address in its name.
NEW = """
    def test_open(self):
        import shop
        self.assertEqual(shop.OPEN, 3)

    def named(self):
        import shop
        self.assertEqual(shop.OPEN, 3)

setattr(Shop, "test_" + "@".join(["carol.baker", "fernmail.net"]), Shop.named)
"""
#: Tests of which none can be loaded before what they import is there.
DEAREST = TESTS.replace("cheapest,", "cheapest, dearest,") + CHEAPEST
DEAREST += "\n    def test_dearest(self):\n        self.assertEqual(dearest([1, 3]), 3)\n"
KEPT_FOLDER = PIPELINE.replace("    env:", "    cache: {key: seen, paths: [seen]}\n    env:").replace(
    "python3 -", "mkdir -p seen\n        python3 -"
)


def others(repo: RepoBuilder) -> None:
    """Add commits: passing before, hanging, not to be tried; of which nothing can be loaded before; half flaky."""
    told = TESTS + CHEAPEST
    repo.commit({"shop.py": FIXED + "\n# Open.\n", "tests/test_shop.py": told + "    # More.\n"}, "Say more of it")
    hangs = told + "\n    def test_hangs(self):\n        while True:\n            pass\n"
    repo.commit({"shop.py": FIXED + "\n\nOPEN = 1\n", "tests/test_shop.py": hangs}, "Test for ever")
    repo.commit({"shop.py": FIXED + "\n\nOPEN = 2\n"}, "Change no test")
    repo.commit({"tests/test_shop.py": told}, "Change tests only")
    repo.commit({"README.md": "# Shop\n", "tests/test_shop.py": told + "\n"}, "Change tests and what is read")
    repo.name, repo.email = "shop[bot]", "bot@example.org"
    repo.commit({"shop.py": FIXED, "tests/test_shop.py": told}, "Bump things")
    repo.name, repo.email = "Ada Example", "ada@example.org"
    more = FIXED + "\n\ndef dearest(prices):\n    return max(prices)\n"
    repo.commit({"shop.py": more, "tests/test_shop.py": DEAREST}, "Give the highest price, too")
    repo.commit({"shop.py": FIXED + "\n\nOPEN = 3\n", "tests/test_shop.py": told + ONCE + NEW}, "Open the shop")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recipe, Any, list[dict[str, Any]]]:
    """Build a dataset of one repository with commits of every kind."""
    folder = tmp_path_factory.mktemp("verified")
    sandbox(folder)
    path = folder / "shop.git"
    git(folder, "init", "-q", "--bare", "-b", "main", str(path))
    repo = shop(lambda _, files: _begun(RepoBuilder(path), files))
    others(repo)
    recipe = Recipe(folder, [repo], pipeline=KEPT_FOLDER, seconds=3)
    return recipe, *recipe.build()


def _begun(repo: RepoBuilder, files: Any) -> RepoBuilder:
    repo.commit(files, "first")
    return repo


@pytest.mark.claim("B13")
def test_only_what_mends_is_a_task(built: tuple[Recipe, Any, list[dict[str, Any]]]) -> None:
    """A commit makes a test pass and keeps another; of those that do not it is told why, also of those not run.

    A commit whose tests hang ends with its limit, and the others go on.
    """
    recipe, made, rows = built
    assert made.report.exit_code == 0
    told = made.report.tasks.as_dict()
    none = told.pop("none")
    assert {name.partition("@")[0]: len(name) for name in none} == {"acme/shop": 50}
    assert [why.partition(": ")[0] for why in sorted(none.values())] == ["passes_before", "timeout"]
    assert "3 s" in next(why for why in none.values() if why.startswith("timeout: "))
    assert told == {
        "tried": 5,
        "verified": 3,
        "left_out": {"passes_before": 1, "timeout": 1},
        "passed_over": {"source": 2, "tests": 1, "program": 1},
    }
    row = first(rows)
    (repo,) = recipe.repos
    assert (row["base_commit"], row["commit"]) == tuple(repo.commits[:2])
    assert row["instance_id"] == f"acme__shop-{repo.commits[1][:12]}"
    assert json.loads(row["FAIL_TO_PASS"]) == [MENDED]
    assert json.loads(row["PASS_TO_PASS"]) == [KEPT]
    assert json.loads(row["before"]) == {MENDED: "failed", KEPT: "passed"}
    assert json.loads(row["after"]) == {MENDED: "passed", KEPT: "passed"}
    assert row["problem_statement"] == "Give the lowest price, not the highest\n\nFixes #7."
    assert (row["language"], row["licence"], row["created_at"]) == ("Python", "MIT", "2024-01-01T01:00:00.000Z")
    assert "python3" in str(json.loads(row["environment"])["world"])
    assert (row["runs"], row["flaky"], row["base_builds"], row["bare"]) == (2, "[]", True, "")


def first(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the row of the commit that mends a price."""
    return next(row for row in rows if row["problem_statement"].startswith("Give the lowest"))


def test_a_test_that_ends_otherwise_in_another_run_is_left_out(
    built: tuple[Recipe, Any, list[dict[str, Any]]],
) -> None:
    """It is named, and in neither list; the commit is a task by its other tests."""
    row = next(row for row in built[2] if row["problem_statement"] == "Open the shop")
    once = "tests.test_shop.Shop.test_once"
    assert json.loads(row["flaky"]) == [once]
    assert json.loads(row["FAIL_TO_PASS"]) == ["tests.test_shop.Shop.test_open"]
    assert json.loads(row["PASS_TO_PASS"]) == [MENDED, KEPT]
    assert json.loads(row["after"])[once] == "passed"


def test_a_test_with_something_private_in_its_name_is_left_out(
    built: tuple[Recipe, Any, list[dict[str, Any]]],
) -> None:
    """By another name it would be no test's."""
    row = next(row for row in built[2] if row["problem_statement"] == "Open the shop")
    assert set(json.loads(row["after"])) == {
        MENDED,
        KEPT,
        *(f"tests.test_shop.Shop.test_{n}" for n in ("once", "open")),
    }
    assert "fernmail" not in str({name: row[name] for name in ("before", "FAIL_TO_PASS", "PASS_TO_PASS", "flaky")})


def test_what_stood_before_is_not_mended_by_an_import(built: tuple[Recipe, Any, list[dict[str, Any]]]) -> None:
    """With the tests of the commit none can be loaded before; those that passed with their own are kept."""
    row = next(row for row in built[2] if row["problem_statement"].startswith("Give the highest"))
    assert not row["base_builds"]
    assert json.loads(row["FAIL_TO_PASS"]) == ["tests.test_shop.Shop.test_dearest"]
    assert json.loads(row["PASS_TO_PASS"]) == [MENDED, KEPT]
    assert not {MENDED, KEPT} & set(json.loads(row["before"]))
    assert json.loads(row["bare"]) == {MENDED: "passed", KEPT: "passed"}


def test_commits_that_cannot_be_built_before_may_be_left_out(
    built: tuple[Recipe, Any, list[dict[str, Any]]],
) -> None:
    """By a setting: nothing is run for it."""
    made, rows = built[0].build("dropped", export__verified__unbuilt="drop")
    assert made.report.tasks.left_out["unbuilt"] == 1
    assert len(rows) == 2
    assert sum(stage.done for stage in made.report.stages if stage.stage == "ci.trial") == 0


def test_nothing_is_run_twice(built: tuple[Recipe, Any, list[dict[str, Any]]]) -> None:
    """The same recipe over the same commits runs no test again, and says the same of them."""
    recipe, made, rows = built
    again, same = recipe.build()
    assert (again.fresh, same) == (False, rows)
    assert again.report.tasks == made.report.tasks
    assert [(s.done, s.failed) for s in again.report.stages if s.stage == "ci.trial"] == [(0, 0)] * 3


def test_the_command_says_what_came_of_it(
    built: tuple[Recipe, Any, list[dict[str, Any]]], strata: Strata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commits that were tried, tasks, and why others are none: for people and as JSON."""
    recipe, made, _ = built
    monkeypatch.chdir(recipe.folder)
    asked = ("dataset", "build", recipe.file.name)
    told = strata(*asked)
    assert told.code == 0
    assert "5 commits tried, 3 tasks verified" in told.out
    assert "its tests took too long" in told.out
    assert strata(*asked, "--json").json["tasks"] == made.report.tasks.as_dict()
    assert "5 commits to try; passed over: 2 by source" in strata("dataset", "plan", recipe.file.name).out


def test_the_issue_is_the_statement_where_it_is_known(built: tuple[Recipe, Any, list[dict[str, Any]]]) -> None:
    """The one issue that the commit closes; nothing is run for it."""
    recipe, *_ = built
    file = recipe.folder / "threads.jsonl"
    file.write_text(json.dumps({"number": 7, "title": "Too dear", "body": "I pay the highest price."}) + "\n")
    made, rows = recipe.build("issues", analyze__threads_file=str(file))
    row = next(row for row in rows if row["issue"])
    assert (row["issue"], row["problem_statement"]) == ("7", "Too dear\n\nI pay the highest price.")
    assert sum(stage.done for stage in made.report.stages if stage.stage == "ci.trial") == 0


def test_a_row_can_be_replayed(built: tuple[Recipe, Any, list[dict[str, Any]]], tmp_path: Path) -> None:
    """Its tests fail with the base and test_patch, and pass with patch as well: by its own command, applied by git."""
    recipe, _, rows = built
    row = first(rows)
    (repo,) = recipe.repos
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(repo.path), str(work))
    git(work, "checkout", "-q", row["base_commit"])
    for patch, told in (("test_patch", row["before"]), ("patch", row["after"])):
        git(work, "apply", "--index", "-", stdin=row[patch].encode())
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # compiled files may be as old as a patch
        subprocess.run(["/bin/sh", "-ec", row["test_cmd"]], cwd=work, check=True, env=environment)
        lines = [one.split(" - ") for one in (work / "tap.txt").read_text().splitlines()[1:]]
        assert {name: {"ok": "passed", "not ok": "failed"}[how] for how, name in lines} == json.loads(told)
    assert git(work, "write-tree") == git(work, "rev-parse", f"{row['commit']}^{{tree}}")


def test_a_row_leads_to_its_blobs_and_goes_when_asked(
    built: tuple[Recipe, Any, list[dict[str, Any]]], tmp_path: Path
) -> None:
    """Every byte of both patches follows from the repository; who owns a file of it can have it taken down."""
    recipe, *_ = built
    dataset = recipe.folder / "dataset"
    (shard,) = (dataset / "data").iterdir()
    with recipe.open() as w:
        chain = w.lineage(f"{shard}#{built[2].index(first(built[2]))}", dataset)
    assert chain.verified
    assert chain.steps["blobs"] == {
        "files": 2,
        "are the commit's": "verified",
        "content has these ids": "verified",
        "patches are what differs": "verified",
    }
    copy = tmp_path / "copy"
    shutil.copytree(dataset, copy)
    assert not validate(copy).failed
    assert takedown(copy, Entry("acme/shop:tests/test_shop.py")).rows == 3


def test_a_plan_counts_and_runs_nothing(built: tuple[Recipe, Any, list[dict[str, Any]]], tmp_path: Path) -> None:
    """It says how many commits would be tried, and why others would not."""
    recipe, *_ = built
    with Recipe(tmp_path, recipe.repos).open() as w:
        planned = w.dataset(recipe.file).plan()
    assert (planned.candidates, planned.passed_over["source"]) == (5, 2)
    assert not [s for s in planned.report.stages if s.stage == "ci.trial"]
    assert planned.as_dict()["candidates"] == 5


def test_without_isolation_nothing_is_run(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A machine that cannot give the isolation that is asked for refuses, says why, and writes nothing."""
    recipe = Recipe(tmp_path, [shop(make_repo)], flags={"sandbox.runner": "local", "sandbox.isolation": "gvisor"})
    with pytest.raises(NothingDone, match=r"tests cannot be run here: .*gvisor") as caught:
        recipe.build()
    assert caught.value.exit_code == 4
    assert not (tmp_path / "dataset").exists()


def test_a_pipeline_without_a_report_of_tests_is_refused(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Nothing could be said of single tests."""
    recipe = Recipe(tmp_path, [shop(make_repo)], pipeline="jobs: {test: {steps: [python3 -m unittest]}}\n")
    with pytest.raises(InvalidInput, match="no job of it reports tests"):
        recipe.build()


def test_what_breaks_ends_nothing(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A run that broke by no fault of the code is tried again and then told, and the dataset is made without it."""
    flags = {"sandbox.runner": "dummy", "engine.attempts": 2}
    broken = PIPELINE[: PIPELINE.index("      - |")] + "      - result infra the engine is gone\n"
    broken += "    reports: {tests: {format: tap, path: tap.txt}}\n"
    made, rows = Recipe(tmp_path, [shop(make_repo)], flags, broken).build()
    assert (made.report.tasks.tried, made.report.tasks.left_out, rows) == (1, {"broken": 1}, [])
    assert (made.report.exit_code, len(made.report.gave_up)) == (3, 1)
    assert made.report.gave_up[0].error.endswith("the engine is gone")
    with Recipe(tmp_path, []).open() as w, w.reader() as catalogue:
        assert len(catalogue.reports.events(made.report.run, kind="failed")) == 2
