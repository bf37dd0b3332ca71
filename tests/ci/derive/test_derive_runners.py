"""JavaScript's runners: which script calls one, and how it is had to report."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder

from codestrata.ci.compile import load_text
from codestrata.ci.derive import GitFiles, derive
from codestrata.ci.derive.runners import REPORT, command, runner_of
from codestrata.ci.reports import Source, parse

MOCHA = f"npm run test -- --reporter xunit --reporter-options output={REPORT}"
VITEST = f"npm run test:spec -- --reporter=junit --outputFile={REPORT}"


@pytest.mark.parametrize(
    ("scripts", "told"),
    [
        ({"test": "mocha --require a --reporter spec test/"}, MOCHA),
        ({"test": "npm run lint && NODE_ENV=test ./node_modules/.bin/mocha"}, MOCHA),
        ({"test": "npm run lint && npm run test:spec", "lint": "eslint", "test:spec": "vitest run"}, VITEST),
        ({"test": 'pnpm run "/^test:.*/"', "test:spec": "vitest run"}, VITEST),
        ({"test": "ava"}, "npm run test -- --tap"),
        ({"test": "tape test/*.js"}, "npm run test"),
        ({"test": "node --test test/"}, "npm run test"),
        ({"test": "mocha && echo done"}, ""),
        ({"test": "mocha | tee log"}, ""),
        ({"test": "node test.js", "watch": "mocha"}, ""),
        ({"test": "eslint mocha.js --config .mocharc"}, ""),
        ({}, ""),
    ],
)
def test_the_script_that_calls_a_runner_last_is_made_to_report(scripts: Mapping[str, str], told: str) -> None:
    """The script ``test`` first, then those that it calls, then those of that name; options go to the last command."""
    found = runner_of(scripts)
    assert (command("npm", *found) if found else "") == told


def test_where_ci_says_how_tests_are_run_no_report_is_promised(make_repo: Callable[..., RepoBuilder]) -> None:
    """Its script is nobody's to change."""
    flow = "on: push\njobs: {test: {runs-on: x, steps: [{run: npx mocha}]}}\n"
    repo = make_repo("a", {"package.json": '{"scripts": {"test": "mocha"}}', ".github/workflows/test.yml": flow})
    tree = GitFiles(repo.path, repo.commits[-1])
    plans = [load_text(derive(tree, "a", ci=ci).text).plan for ci in (True, False)]
    reports = [[one.path for job in plan.jobs for one in job.reports] for plan in plans if plan]
    assert reports == [[], ["tests-1.xml"]]


def test_node_reports_by_a_variable(tmp_path: Path) -> None:
    """The real runner writes what is read."""
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    found = runner_of({"test": "node --test"})
    assert found is not None
    (tmp_path / "a.test.js").write_text("const t = require('node:test'); t('a', () => {}); t('b', () => { throw 1 })")
    report = tmp_path / "report.xml"
    env = {name: value.replace(REPORT, str(report)) for name, value in found[1].env.items()}
    node = shutil.which("node") or ""
    done = subprocess.run([node, "--test"], cwd=tmp_path, env=env, capture_output=True, check=False)
    if b"not allowed in NODE_OPTIONS" in done.stderr:
        pytest.skip(f"node is too old: {done.stderr.decode()}")
    tests = parse("junit", report.read_bytes(), Source()).tests
    assert {one.name: one.status for one in tests} == {"a": "passed", "b": "failed"}
