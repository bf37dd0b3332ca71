"""Plans on the local runner: real shells, real processes, real files, inside real isolation."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.ci.execute.acting import Stage, compiled, ends, job, logs, plan, step, steps, the
from tests.sandbox.contract.runners import absent

from codestrata.ci.reports import parse
from codestrata.ci.tree import materialise
from codestrata.git.tree import list_tree
from codestrata.sandbox.local import LocalRunner


@pytest.fixture
def local(stage: Stage) -> Stage:
    """Give the stage with the local runner; skipped where this host cannot isolate."""
    runner = LocalRunner(stage.scene.settings, stage.folder / "rooms")
    caps = runner.probe()
    if not caps.usable:
        absent("sandbox", caps.reason)
    stage.runner = runner
    stage.scene = replace(stage.scene, runner=lambda *_: runner, parse=parse)
    return stage


def alive(mark: str) -> list[int]:
    """Find processes whose command line has a mark."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit() and one.name != str(os.getpid()):
            try:
                line = (one / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in line:
                found.append(int(one.name))
    return found


PIPELINE = r"""
version: 1
name: everything
env: {LEVEL: pipeline, GREETING: "hello ${{ repo.name }}"}
jobs:
  build:
    env: {LEVEL: job}
    cache: [{key: "deps-${{ hash('Lock') }}", paths: [deps]}]
    steps:
      - mkdir -p deps out && date > deps/first.txt && cp README out/readme && ln -s readme out/link
      - {run: 'echo "$LEVEL $GREETING ${{ repo.commit }}" > out/said', env: {LEVEL: step}}
    artifacts: [{name: out, path: "out/**"}]
  test:
    needs: [build]
    matrix: {n: ["1", "2"]}
    repeat: {runs: 2}
    steps:
      - run: |
          test "$(cat out/link)" = hello
          cat out/said
          cat > junit-$STRATA_REPEAT.xml <<END
          <testsuite name="s"><testcase classname="c" name="t${MATRIX_N}"/></testsuite>
          END
    reports: {tests: {format: junit, path: "junit-*.xml"}}
  beside:
    parallel: true
    steps:
      - {name: left, run: "touch left; for n in 1 2 3 4 5 6 7 8 9; do test -e right && exit; sleep 0.2; done; exit 1"}
      - {name: right, run: "touch right; for n in 1 2 3 4 5 6 7 8 9; do test -e left && exit; sleep 0.2; done; exit 1"}
  bad:
    steps: [{run: "exit 5", on_failure: continue}, "kill -SEGV $$"]
  after: {needs: [bad], steps: ["true"]}
  look: {needs: [bad], if: failure(), steps: ["echo looked"]}
finally:
  tidy: {steps: ["echo bye"]}
columns:
  tests_passed: {value: 'count(tests, status == "passed")'}
  builds: {value: 'job("build").passed'}
"""


@pytest.mark.claim("B3")
def test_a_whole_pipeline(local: Stage) -> None:
    """Graph, matrix, repeats, variables, templates, cache, artifacts, reports, conditions, cleanup and columns."""
    results = local.run(compiled(PIPELINE))
    assert ends(results) == {
        "build": "passed",
        "test (n=1)": "passed",
        "test (n=2)": "passed",
        "beside": "passed",
        "bad": "failed",
        "after": "skipped",
        "look": "passed",
        "tidy": "passed",
    }, [(one.job, one.name, one.reason, one.log) for one in results.steps]
    assert logs(results, "test (n=1)") == ["step hello owner/name " + "c" * 40] * 2
    assert [(one.name, one.repeat) for one in results.tests] == [("t1", 1), ("t1", 2), ("t2", 1), ("t2", 2)]
    assert results.columns == {"tests_passed": 4, "builds": True}
    assert (results.artifacts[0].name, results.artifacts[0].files) == ("out", 3)
    assert [(one.code, str(one.result)) for one in steps(results, "bad")] == [(5, "failed"), (139, "failed")]
    assert results.problems == []
    assert all(one.wall > 0 and one.cpu_seconds >= 0 for one in results.steps)
    assert sorted(path.name for path in local.scene.tree.iterdir()) == ["Lock", "README", "src"]
    again = local.run(plan(job("a", "cat deps/first.txt", cache=compiled(PIPELINE).jobs[0].cache)))
    assert logs(again, "a")[0] != ""


@pytest.mark.claim("B3")
def test_ten_seconds_under_a_limit_of_one_end_in_about_one(local: Stage) -> None:
    """The result is timeout, and no process is left."""
    mark = f"7{os.getpid()}.25"
    local.run(plan(job("warm", "true")))
    begun = time.monotonic()
    results = local.run(plan(job("a", step(f"sleep {mark} & sleep 10", timeout=1))))
    took = time.monotonic() - begun
    assert ends(results) == {"a": "timeout"}
    assert the(results, "a").reason.endswith("it took longer than the step's limit of 1 s")
    assert took < 4
    assert 0.9 <= steps(results, "a")[0].wall < 2.5
    assert alive(mark) == []


def test_cancelling_ends_processes_and_rooms(local: Stage) -> None:
    """Daemons, too; cleanup still runs."""
    mark = f"8{os.getpid()}.25"
    cancelled = threading.Event()
    threading.Timer(1.0, cancelled.set).start()
    begun = time.monotonic()
    results = local.run(
        plan(job("a", f"(setsid sleep {mark} &) ; sleep 60"), cleanup=(job("end", "echo bye"),)), cancelled
    )
    assert time.monotonic() - begun < 8
    assert ends(results) == {"a": "cancelled", "end": "passed"}
    assert alive(mark) == []


def test_the_classes_of_failure(local: Stage) -> None:
    """Memory, disk and the network are told apart from the code's own failures."""
    settings = msgspec.structs.replace(local.scene.settings, memory_mb=64, disk_mb=32)
    results = local.run(
        plan(
            job(
                "oom", "head -c 300000000 /dev/zero | tail -c 200000000 > /dev/null; tail -c 300m /dev/zero > /dev/null"
            ),
            job("disk", "head -c 80000000 /dev/zero > big"),
            job("code", "false"),
            job("again", "test ! -e x; touch x; test -e y || { touch y; exit 9; }"),
        ),
        settings=settings,
    )
    assert ends(results) == {"oom": "oom", "disk": "disk", "code": "failed", "again": "failed"}, [
        (one.reason, one.evidence, one.log) for one in results.steps
    ]


def test_values_of_the_repository_run_nothing(local: Stage) -> None:
    """A hostile name in a template, a variable and a fact is text."""
    nasty = "$(touch pwned) `touch pwned`'\"; touch pwned #"
    text = """
version: 1
name: t
jobs:
  a:
    env: {NAME: "${{ repo.name }}"}
    steps:
      - {run: 'printf %s ${{ repo.name }}; test ! -e pwned'}
      - {run: 'printf %s "$NAME"; test ! -e pwned'}
      - {run: 'printf %s "$STRATA_REPO"; test ! -e pwned'}
"""
    results = local.run(compiled(text), repository={**local.scene.repository, "name": nasty})
    assert ends(results) == {"a": "passed"}
    assert logs(results, "a") == [nasty] * 3


def test_a_tree_from_the_object_store_is_what_jobs_work_in(local: Stage, make_repo, tmp_path: Path) -> None:
    """Written files can be changed, run and removed; links lead nowhere but into the room."""
    repo = make_repo("repo")
    repo.commit(
        {"run.sh": "#!/bin/sh\necho ran\n", "etc": "/etc/hostname", "out": "../../../../outside", "d/f": "1\n"},
        modes={"run.sh": "100755", "etc": "120000", "out": "120000"},
    )
    tree = tmp_path / "snapshot"
    materialise(repo.path, list_tree(repo.path, repo.commits[-1]).files, tree, 1_600_000_000)
    script = (
        "./run.sh; echo more >> d/f; rm run.sh; mkdir d/new; test ! -e out; stat -c %Y etc d/f; echo x > out || true"
    )
    results = local.run(plan(job("a", "stat -c %Y d/f", script), job("b", "cat d/f; test ! -e run.sh", needs=("a",))),
                        tree=tree, paths=["d/f", "etc", "out", "run.sh"])  # fmt: skip
    assert ends(results) == {"a": "passed", "b": "passed"}, [(one.reason, one.log) for one in results.steps]
    assert logs(results, "a")[0] == "1600000000"
    assert logs(results, "b") == ["1\nmore"]
    assert (tree / "run.sh").exists()
    assert (tree / "d" / "f").read_text() == "1\n"
