"""Packages as they were on a day: who is told it, what fixes versions without, and what is done where it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder

from codestrata.ci.compile import load_text
from codestrata.ci.derive import Derived, GitFiles, derive
from codestrata.ci.derive.dated import GIVEN_UP, PACKAGES
from codestrata.ci.plan import JobPlan
from codestrata.ci.records import Results, StepResult
from codestrata.ci.trial.environment import environment
from codestrata.ci.trial.focus import focused
from codestrata.model.result import ResultClass

DAY = "2024-03-01T00:00:00Z"
PYTHON = {"pyproject.toml": "[project]\nname = 'a'\nversion = '1'\n", "tests/test_a.py": ""}
NODE = {"package.json": '{"scripts": {"test": "mocha"}}'}
RUST = {"Cargo.toml": "[package]\nname = 'a'\n", "src/lib.rs": ""}


def made(repo: RepoBuilder, *, until: str = DAY) -> tuple[Derived, dict[str, JobPlan]]:
    """Derive what tests need for a day."""
    found = derive(GitFiles(repo.path, repo.commits[-1]), "a", ci=False, only_tests=True, until=until)
    plan = load_text(found.text).plan
    assert plan is not None
    return found, {job.id: job for job in plan.jobs}


@pytest.mark.parametrize(
    ("files", "kept_by", "env"),
    [
        (PYTHON, {"python": "PIP_UPLOADED_PRIOR_TO"}, {"PIP_UPLOADED_PRIOR_TO": DAY, "UV_EXCLUDE_NEWER": DAY}),
        (NODE, {"node": "npm_config_before"}, {"npm_config_before": DAY}),
        (NODE | {"package-lock.json": "{}"}, {"node": "package-lock.json"}, {}),
        (RUST, {"rust": "nothing: no client of crates takes a date"}, {}),
        (RUST | {"Cargo.lock": ""}, {"rust": "Cargo.lock"}, {}),
        ({"go.mod": "module a\n", "a_test.go": ""}, {"go": "go.mod"}, {}),
    ],
)
def test_a_client_is_told_the_day_where_nothing_else_fixes_versions(
    make_repo: Callable[..., RepoBuilder], files: dict[str, str], kept_by: dict[str, str], env: dict[str, str]
) -> None:
    """Only the job that fetches is; whose client has no such option, it is said."""
    found, jobs = made(make_repo("a", files))
    assert found.dates == kept_by
    assert jobs["fetch"].env == env
    assert jobs["fetch"].steps[-1].name == PACKAGES
    assert not set(env) & set(jobs["test"].env)


def test_an_old_pip_is_replaced_first(make_repo: Callable[..., RepoBuilder]) -> None:
    """It would pass over the variable without a word."""
    _, jobs = made(make_repo("a", PYTHON))
    runs = [step.run for step in jobs["fetch"].steps]
    assert runs[1].strip().endswith(f"pip install 'pip>=26.0' || echo '{GIVEN_UP}'")
    assert all(GIVEN_UP in run for run in runs[2:-1])


def test_only_what_tests_need_is_fetched_and_built(make_repo: Callable[..., RepoBuilder]) -> None:
    """No linter; and no build that would keep all tests from being run where one does not build."""
    _, jobs = made(make_repo("a", PYTHON), until="")
    assert "ruff" not in str(jobs)
    _, jobs = made(make_repo("b", RUST))
    assert set(jobs) == {"fetch", "build", "test"}
    assert (jobs["build"].steps[0].run, jobs["build"].steps[0].on_failure) == ("cargo test --no-run", "continue")


def test_go_compiles_once_what_no_commit_changes(make_repo: Callable[..., RepoBuilder]) -> None:
    """Its cache goes by content, so that no other commit's file is taken for one of this; no test is run for it."""
    _, jobs = made(make_repo("a", {"go.mod": "module a\n", "a_test.go": ""}))
    assert jobs["fetch"].cache[0].paths == ("~/go/pkg/mod", "~/.cache/go-build")
    assert jobs["fetch"].steps[1].run.startswith("go test -exec true ")


def test_what_cannot_be_installed_so_is_installed_as_today_and_says_it(make_repo: Callable[..., RepoBuilder]) -> None:
    """The client's own words are the reason; other steps keep to the day."""
    found, jobs = made(make_repo("a", PYTHON))
    assert "pip install -e . || pip install . || {" in jobs["fetch"].steps[2].run
    run = jobs["fetch"].steps[3].run.split("\n", 1)[1].replace("install pytest", "install --no-index strata-none")
    ended = subprocess.run(
        ["/bin/sh", "-ec", f"({run}) || echo day=$PIP_UPLOADED_PRIOR_TO"],
        env={"PATH": os.environ["PATH"], **jobs["fetch"].env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split("\n")[:-1] == [GIVEN_UP, f"day={DAY}"]
    log = (ended.stderr + ended.stdout).encode()
    results = Results(steps=[_step("install", log), _step(PACKAGES, b"b==2\na==1\n\n"), _step("else", b"c==3\n")])
    plan = load_text(found.text).plan
    assert plan is not None
    spec = {"pipeline": "x", "world": {}, "dates": {"until": DAY, "kept_by": found.dates}}
    told = environment(focused(plan, 9) or plan, spec, results)
    assert told["packages"] == ["a==1", "b==2"]
    assert told["dates"]["until"] == DAY
    (why,) = told["dates"]["given_up"]
    assert "No matching distribution found for strata-none" in why


def _step(name: str, log: bytes) -> StepResult:
    return StepResult("fetch", 0, name, ResultClass.PASSED, log=log)


def test_the_real_client_keeps_to_the_day(tmp_path: Path) -> None:
    """The newest pip, told by the variable alone, gives the version that was the newest then."""
    pip = [sys.executable, "-m", "pip"]
    asked = [*pip, "install", "-q", "--no-deps", "--target", str(tmp_path / "pip"), "pip>=26.0"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        if "registries" in os.environ.get("STRATA_EXPECT", "").split(","):
            pytest.fail(f"registries are expected here: {done.stderr}")
        pytest.skip(f"registries: {done.stderr}")
    asked = [*pip, "download", "-q", "--no-deps", "-d", str(tmp_path / "found"), "iniconfig"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "pip"), "PIP_UPLOADED_PRIOR_TO": "2024-01-01T00:00:00Z"}
    subprocess.run(asked, env=env, check=True)
    assert [one.name for one in (tmp_path / "found").iterdir()] == ["iniconfig-2.0.0-py3-none-any.whl"]
