"""What runs say of a commit, and how its change is written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder, git

from codestrata.ci.compile import load_text
from codestrata.ci.derive import GitFiles, derive
from codestrata.ci.plan import JobPlan, Plan, ReportPlan, StepPlan
from codestrata.ci.trial.focus import focused, lenient
from codestrata.export.shape.verified.judging import Judged, Side, judged
from codestrata.export.shape.verified.remade import remade


def side(judged: bool = True, result: str = "passed", unread: str = "", **tests: str) -> Side:
    """Give a side whose tests ended so."""
    return Side({"judged": judged, "result": result, "unread": unread}, tests)


GOOD = side(a="passed", b="passed", c="failed", d="skipped")


@pytest.mark.parametrize(
    ("own", "base", "again", "reason"),
    [
        (GOOD, side(a="failed", b="passed", c="failed"), GOOD, ""),
        (GOOD, side(b="passed"), GOOD, ""),
        (GOOD, side(a="passed", b="passed", c="failed"), GOOD, "passes_before"),
        (GOOD, side(a="failed", b="passed", c="passed"), GOOD, "breaks"),
        (GOOD, side(a="failed"), side(a="failed", b="passed", c="failed", d="skipped"), "flaky"),
        (GOOD, side(a="failed"), side(a="passed", b="passed"), "flaky"),
        (GOOD, side(a="failed"), None, "broken"),
        (GOOD, None, None, "broken"),
        (None, None, None, "broken"),
        (side(a="failed"), None, None, "nothing_passes"),
        (side(judged=False, result="timeout", a="passed"), None, None, "timeout"),
        (side(judged=False, result="failed"), None, None, "not_run"),
        (side(unread="cut off", a="passed"), None, None, "unread"),
        (GOOD, side(unread="cut off", b="passed"), None, "unread"),
        (GOOD, side(judged=False, result="oom"), None, "oom"),
    ],
)
def test_why_a_commit_is_a_task_or_none(own: Side | None, base: Side | None, again: Side | None, reason: str) -> None:
    """What is not there before fails before; whatever was not judged makes no task."""
    assert judged(own, base, again).reason == reason


def test_tests_are_told_apart() -> None:
    """Those that it mends, and those that it keeps; what is skipped, or fails on both sides, is neither."""
    assert judged(GOOD, side(b="passed", c="failed"), GOOD) == Judged("", ["a"], ["b"])


def test_patches_make_the_one_commit_of_the_other(tmp_path: Path) -> None:
    """Files that come, go, move, are empty, end without a newline or change their mode: git applies it, to the byte."""
    path = tmp_path / "a.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(path))
    repo, long = RepoBuilder(path), "".join(f"line {n}\n" for n in range(40))
    base = repo.commit(
        {"gone.py": "1\n", "old.py": long, "bare.py": "no end", "same.sh": "echo\n", "void.py": "", "a b.py": "x\r\n"}
    )
    change: dict[str | bytes, str | bytes | None] = {
        "gone.py": None,
        "old.py": None,
        "new.py": long,
        "bare.py": "no end\nat all",
        "same.sh": "echo\n",
        "void.py": None,
        "tests/none.py": "",
        "tests/test_a.py": "assert 1\n",
        "a b.py": "x\r\ny\n",
    }
    commit = repo.commit(change, modes={"same.sh": "100755"})
    files = [{"path": str(name), "test": str(name).startswith("tests/")} for name in change]
    row: dict[str, Any] = {"base_commit": base, "commit": commit, "files": json.dumps(files)}
    made = remade(path, row)
    assert made is not None
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(path), str(work))
    git(work, "checkout", "-q", base)
    for patch in made:
        git(work, "apply", "--index", "--whitespace=nowarn", "-", stdin=patch.encode())
    assert git(work, "write-tree") == git(work, "rev-parse", f"{commit}^{{tree}}")
    assert remade(path, {**row, "base_commit": "0" * 40}) is None


def test_manifests_say_how_tests_are_run_before_ci_does(tmp_path: Path) -> None:
    """What CI does besides, with programs that nobody has, is no part of it; what is derived reports tests."""
    path = tmp_path / "a.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(path))
    flow = "on: push\njobs: {test: {runs-on: x, steps: [{run: make richtest && python -m pytest --cov}]}}\n"
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "tests/test_a.py": "", ".github/workflows/a.yml": flow}
    tree = GitFiles(path, RepoBuilder(path).commit(files))
    assert "richtest" in derive(tree, "a").text
    plain = load_text(derive(tree, "a", ci=False).text).plan
    assert plain is not None
    made = focused(plain, 60)
    assert made is not None
    assert [one.id for one in made.jobs] == ["fetch", "test"]
    assert "richtest" not in str(made.to_json())


def test_only_what_tests_need_is_run() -> None:
    """Other jobs and all columns go; a limit that is shorter stays; without a report of tests there is nothing."""

    def job(name: str, *needs: str, reports: tuple[ReportPlan, ...] = (), timeout: float = 0) -> JobPlan:
        step = StepPlan(name=name, run=f"pytest {name}")
        return JobPlan(id=name, job=name, steps=(step,), needs=needs, reports=reports, timeout=timeout)

    told, lint = ReportPlan(name="t", format="junit", path="j.xml"), ReportPlan(name="l", format="ruff-json", path="r")
    jobs = (
        job("fetch"), job("lint", "fetch", reports=(lint,)), job("build", "fetch"),
        job("test", "build", reports=(told,)), job("quick", reports=(told,), timeout=5),
    )  # fmt: skip
    made = focused(Plan(name="p", jobs=jobs), 60)
    assert made is not None
    assert [(one.id, one.timeout) for one in made.jobs] == [("fetch", 0), ("build", 0), ("test", 60), ("quick", 5)]
    assert focused(Plan(name="p", jobs=jobs[:3]), 60) is None
    env = {one.id: one.steps[0].env for one in lenient(made).jobs}
    assert env["test"] == {"PYTEST_ADDOPTS": "--continue-on-collection-errors"}
    assert env["build"] == {}
