"""What runs say of a commit, and how its change is written down."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder, git

from codestrata.ci.compile import load_text
from codestrata.ci.derive import GitFiles, derive
from codestrata.ci.plan import JobPlan, Plan, ReportPlan, StepPlan
from codestrata.ci.trial.focus import focused, lenient, script
from codestrata.export.shape.verified.judging import Judged, Ran, Side, judged
from codestrata.export.shape.verified.remade import remade
from codestrata.export.shape.verified.touched import touched


def side(judged: bool = True, result: str = "passed", unread: str = "", setup: bool = False, **tests: str) -> Side:
    """Give a side whose tests ended so."""
    return Side({"judged": judged, "result": result, "unread": unread, "setup": setup}, tests)


GOOD = side(a="passed", b="passed", c="failed", d="skipped")
ELSE = side(a="failed", b="passed", c="failed", d="skipped")
BAD = side(a="failed", b="passed", c="failed")


def none(tests: Collection[str]) -> set[str]:
    """Touch no test."""
    return set()


@pytest.mark.parametrize(
    ("own", "base", "reason"),
    [
        ([GOOD, GOOD], [BAD, BAD], ""),
        ([GOOD, GOOD], [side(a="passed", b="passed", c="failed")], "passes_before"),
        ([GOOD, GOOD], [side(a="failed", b="passed", c="passed")], "breaks"),
        ([GOOD, ELSE], [BAD, BAD], "flaky"),
        ([GOOD, GOOD], [BAD, side(a="passed", b="passed", c="failed")], "flaky"),
        ([GOOD], [], "broken"),
        ([], [], "broken"),
        ([side(a="failed")], [], "nothing_passes"),
        ([side(judged=False, result="timeout", a="passed")], [], "timeout"),
        ([side(judged=False, result="failed")], [], "not_run"),
        ([side(judged=False, result="failed", setup=True)], [], "setup"),
        ([side(unread="cut off", a="passed")], [], "unread"),
        ([GOOD], [side(unread="cut off", b="passed")], "unread"),
        ([GOOD], [side(judged=False, result="oom")], "oom"),
    ],
)
def test_why_a_commit_is_a_task_or_none(own: list[Side], base: list[Side], reason: str) -> None:
    """What was not judged makes no task; nor does what is left where every test that it mends is flaky."""
    assert judged(Ran(own, base), "compare", none).reason == reason


def test_tests_are_told_apart() -> None:
    """Those that it mends, and those that it keeps; what is skipped, or fails on both sides, is neither."""
    assert judged(Ran([GOOD, GOOD], [BAD, BAD]), "compare", none) == Judged("", ["a"], ["b"])


@pytest.mark.parametrize("odd", ["after", "base"])
def test_a_test_that_ends_otherwise_once_is_left_out(odd: str) -> None:
    """On whichever side that was; the others make the task."""
    good, bad = side(a="passed", b="passed", c="passed"), side(a="failed", b="failed", c="passed")
    other = side(a=good.tests["a"] if odd == "after" else "failed", b="error", c="passed")
    ran = Ran([good, other if odd == "after" else good], [bad, other if odd == "base" else bad])
    assert judged(ran, "compare", none) == Judged("", ["a"], ["c"], ["b"])


#: Of suite S nothing can be built before with the tests of the commit: b passed there with its own, c did not.
WHOLE = side(**{"S::a": "passed", "S::b": "passed", "S::c": "passed", "T::d": "passed"})
UNBUILT, BARE = side(**{"T::d": "passed"}), side(**{"S::b": "passed", "S::c": "failed", "T::d": "passed"})


def test_what_cannot_be_built_before_is_compared_with_what_stood_there() -> None:
    """A test that passed there and that the commit does not touch is kept, and not said to be mended."""
    ran = Ran([WHOLE, WHOLE], [UNBUILT, UNBUILT], [BARE, BARE])
    assert judged(ran, "compare", none) == Judged("", ["S::a", "S::c"], ["S::b", "T::d"], builds=False)
    assert judged(ran, "compare", set).mended == ["S::a", "S::b", "S::c"]
    assert judged(Ran(ran.after, ran.base), "compare", none).reason == "broken"
    assert judged(Ran(ran.after, ran.base), "drop", none).reason == "unbuilt"
    kept = judged(Ran(ran.after, ran.base), "keep", none)
    assert (kept.mended, kept.builds) == (["S::a", "S::b", "S::c"], False)


def test_nothing_is_mended_where_tests_only_kept_others_from_being_built() -> None:
    """All that passes after passed before already: no test says that anything is better."""
    whole, bare = side(**{"S::b": "passed"}), side(**{"S::b": "passed"})
    assert judged(Ran([whole, whole], [side(), side()], [bare]), "compare", none).reason == "passes_before"


OLD_TESTS = """from shop import total

def test_total():
    assert total([1]) == 1


def test_none():
    assert total([]) == 0


def test_many():
    assert total([1, 2]) == 3
"""
NEW_TESTS = """from shop import cheapest, total

def test_total():
    assert total([1]) == 1


@pytest.mark.x
def test_none():
    assert total([]) == 0


def test_many():
    assert total([1, 2]) == 3
    assert total([2, 2]) == 4


def test_cheapest():
    assert cheapest([1, 2]) == 1
"""


def test_a_change_reaches_the_tests_in_whose_lines_it_is() -> None:
    """Above a test, in it, or all of it; what stands before the first test is nobody's, and parameters are no name."""
    known = ["tests.t::test_total", "tests.t::test_none", "tests.t::test_many[1-a]", "tests.t::test_cheapest"]
    assert touched(known, known, [(OLD_TESTS, NEW_TESTS)]) == set(known[1:])
    go = "func TestA(t *testing.T) {\n\tt.Run(%s)\n}\n\nfunc TestB(t *testing.T) {\n}\n"
    tests = ["pkg::TestA", "pkg::TestA/one", "pkg::TestB"]
    assert touched(tests, tests, [(go % 1, go % 2)]) == {"pkg::TestA", "pkg::TestA/one"}
    said = ["should add numbers up", "should give 404"]
    mocha = "it('should add numbers up', () => { x(1) })\n\nit('should give 404', () => { y(%d) })\n"
    assert touched(said, said, [(mocha % 1, mocha % 2)]) == {"should give 404"}


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
    """Other jobs and all columns go; a limit that is shorter stays; without a report of tests there is nothing.

    Limits are those of each run.
    """

    def job(name: str, *needs: str, reports: tuple[ReportPlan, ...] = (), timeout: float = 0) -> JobPlan:
        step = StepPlan(name=name, run=f"pytest {name}")
        return JobPlan(id=name, job=name, steps=(step,), needs=needs, reports=reports, timeout=timeout)

    told, lint = ReportPlan(name="t", format="junit", path="j.xml"), ReportPlan(name="l", format="ruff-json", path="r")
    jobs = (
        job("fetch"), job("lint", "fetch", reports=(lint,)), job("build", "fetch"),
        job("test", "build", reports=(told,)), job("quick", reports=(told,), timeout=5),
    )  # fmt: skip
    made = focused(Plan(name="p", jobs=jobs), 60, runs=3)
    assert made is not None
    limits = [(one.id, one.timeout, one.steps[0].timeout, one.repeat.runs) for one in made.jobs]
    assert limits == [("fetch", 0, 0, 1), ("build", 0, 0, 1), ("test", 180, 60, 3), ("quick", 15, 5, 3)]
    assert focused(Plan(name="p", jobs=jobs[:3]), 60) is None
    assert script(made, lenient(made).jobs[2:3]) == [
        "export PYTEST_ADDOPTS=--continue-on-collection-errors\npytest test"
    ]
    env = {one.id: one.steps[0].env for one in lenient(made).jobs}
    assert env["test"] == {"PYTEST_ADDOPTS": "--continue-on-collection-errors"}
    assert env["build"] == {}
