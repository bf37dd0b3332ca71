"""Plans: equal where nothing that matters differs, other where it does; the other forms; scripts with expressions."""

from __future__ import annotations

import subprocess

import pytest

from codestrata.ci.compile import examine, load_text
from codestrata.ci.expressions import Surroundings, Template
from codestrata.ci.plan import Plan

BASE = """
params: {fast: {type: bool, default: false}}
env: {A: a, B: b}
jobs:
  one: {steps: [make], timeout: 10m, if: "repo.stars > 3 and not params.fast"}
  two: {needs: [one], steps: [{run: "echo ${{ repo.name }}", env: {X: y, Z: w}}], matrix: {v: [1, 2]}}
columns: {ok: 'job("one").passed'}
"""
SAME = """
# comments, the order of keys, quotes, anchors, other ways to write a time or a condition
name: another name
on: [push]
columns: {ok: {value: "job( 'one' ).passed", type: bool}}
env: &env {B: "b", A: 'a'}
params:
  fast: {default: false, type: bool}
jobs:
  one:
    if: ${{ repo.stars>3 && !params.fast }}
    timeout: 600
    steps:
      - run: make
  two:
    matrix:
      v: ["1", '2']
    needs: one
    steps: [{env: {Z: w, X: y}, run: "echo ${{repo.name}}"}]
"""


def plan_of(text: str, **params: str) -> Plan:
    """Compile a text that is right."""
    found = load_text(text, params=params).plan
    assert found is not None
    return found


def test_the_hash_stays_where_nothing_that_matters_differs():
    """The hash stays where nothing that matters differs."""
    assert plan_of(SAME).hash == plan_of(BASE).hash


CHANGES = [
    ("make", "make all"),
    ("10m", "11m"),
    ("> 3", "> 4"),
    ("A: a", "A: c"),
    ("X: y", "X: z"),
    ("[1, 2]", "[1, 3]"),
    ("[1, 2]", "[2, 1]"),
    ("repo.name", "repo.url"),
    ("needs: [one], ", ""),
    (".passed", ".seconds > 0"),
    ("ok:", "okay:"),
    ("one: {steps", "one: {parallel: true, steps"),
    ("default: false", "default: true"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_the_hash_changes_with_all_that_decides_what_runs_and_what_comes_of_it(old, new):
    """The hash changes with all that decides what runs and what comes of it."""
    assert old in BASE
    assert plan_of(BASE.replace(old, new, 1)).hash != plan_of(BASE).hash


def test_the_hash_changes_with_a_parameter():
    """The hash changes with a parameter."""
    assert plan_of(BASE, fast="true").hash != plan_of(BASE).hash


def test_included_files_lie_under_the_root_file(tmp_path):
    """Included files lie under the root file."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "rust.yaml").write_text(
        "include: base.yaml\ntemplates: {cargo: {env: {A: a}, steps: [cargo test]}}\n"
        "jobs: {lint: {steps: [old]}, more: {extends: cargo}}\ncolumns: {a: 1}",
        "utf-8",
    )
    (tmp_path / "shared" / "base.yaml").write_text("env: {X: base, Y: base}", "utf-8")
    root = tmp_path / "p.yaml"
    root.write_text(
        "include: shared/rust.yaml\nenv: {X: root}\njobs: {lint: {steps: [new]}, test: {extends: cargo, env: {A: b}}}\n"
        "columns: {b: a + 1}",
        "utf-8",
    )
    plan = examine(root).plan
    assert plan is not None
    assert plan.env == {"X": "root", "Y": "base"}
    assert {job.id: (job.steps[0].run, job.env) for job in plan.jobs} == {
        "lint": ("new", {}),
        "more": ("cargo test", {"A": "a"}),
        "test": ("cargo test", {"A": "b"}),
    }
    assert [one.name for one in plan.columns] == ["a", "b"]


def test_stages_run_one_after_the_other():
    """Stages run one after the other."""
    text = """
name: old
triggers: [{trigger_type: schedule, config: {cron: "0 3 * * *"}}]
environment: {A: b}
retry_count: 2
stages:
  - {name: Build It!, parallel: true, timeout: 60, steps: [{name: one, step_type: shell, config: {command: [a, b]}}]}
  - name: Test
    condition: always
    environment: {C: d}
    retry_count: 0
    steps: [{config: {script: t, working_directory: sub}, continue_on_error: true, condition: failure, timeout: 5}]
"""
    found = load_text(text)
    plan = found.plan
    assert found.form == "stages"
    assert plan is not None
    assert (plan.timeout, plan.env, [one.kind for one in plan.on]) == (3600.0, {"A": "b"}, ["cron"])
    build, test = plan.jobs
    assert (build.id, build.parallel, build.timeout, build.steps[0].run) == ("build-it", True, 60.0, "a\nb")
    assert build.retry.max == 2
    assert "failed" in build.retry.on
    assert (test.needs, test.condition, test.env, test.retry.max) == (("build-it",), "always()", {"C": "d"}, 0)
    (step,) = test.steps
    assert (step.run, step.folder, step.on_failure, step.condition, step.timeout) == (
        "t",
        "sub",
        "continue",
        "failure()",
        5.0,
    )


@pytest.mark.parametrize(
    "text", ["steps: [make, make test]", "run: [make, make test]", "run: [{name: make, run: make}, make test]"]
)
def test_short_forms_are_one_job(text):
    """Short forms are one job."""
    found = load_text(text)
    assert found.form == "short"
    assert found.plan is not None
    (job,) = found.plan.jobs
    assert (job.id, [step.run for step in job.steps], found.plan.timeout) == ("main", ["make", "make test"], 3600.0)


HOSTILE = 'x\'; echo PWNED; "$(echo PWNED)" `echo PWNED` $HOME *'
SCRIPTS = [
    "printf %s ${{ repo.branch }}",
    'printf %s "${{ repo.branch }}"',
    "printf %s '${{ repo.branch }}'",
    'printf %s "a$(printf %s ${{ repo.branch }})"',
    "printf %s \"`printf %s '${{ repo.branch }}'`\"",
    "# it's a comment\nprintf %s ${{ repo.branch }}",
    "cat <<END\n${{ repo.branch }}\nEND\nprintf %s ${{ repo.branch }}",
    "cat <<-'END' # that's it\n\tx'\n\tEND\nprintf %s ${{ repo.branch }}",
    "printf %s \\'${{ repo.branch }}\\'",
    "printf %s ${{ lower(repo.branch) }}${{ repo.branch }}",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_values_in_scripts_are_one_word_and_never_code(script):
    """Values in scripts are one word and never code."""
    (job,) = load_text("run:\n  - run: |\n" + "".join(f"      {line}\n" for line in script.splitlines())).plan.jobs
    (step,) = job.steps
    scope = Surroundings(repo={"branch": HOSTILE}).scope()
    env = {name: Template.parse(value).render(scope) for name, value in step.env.items()}
    done = subprocess.run(
        ["sh", "-ec", step.run], env={**env, "HOME": "/h"}, capture_output=True, text=True, check=True
    )
    assert HOSTILE in done.stdout
    assert done.stdout.replace(HOSTILE, "").replace(HOSTILE.lower(), "").strip(" \n'a\tx") == ""


def test_the_author_s_own_values_stand_in_scripts_as_they_are():
    """The author s own values stand in scripts as they are."""
    (one, two) = load_text("jobs: {a: {matrix: {f: ['', '-a -b']}, steps: ['x ${{ matrix.f }} $${{ y }}']}}").plan.jobs
    assert (one.steps[0].run, two.steps[0].run) == ("x  ${{ y }}", "x -a -b ${{ y }}")
    assert one.steps[0].env == {}


def test_variables_in_scripts_are_what_they_are():
    """Variables in scripts are what they are."""
    (job,) = load_text("run: echo ${{ env.CI }} ${{ repo.name }} ${{ repo.name }}").plan.jobs
    assert job.steps[0].run == 'echo "${CI}" "${STRATA_EXPR_1}" "${STRATA_EXPR_1}"'
    assert job.steps[0].env == {"STRATA_EXPR_1": "${{ repo.name }}"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("run: x\nenv: {DB_PASSWORD: hunter2hunter2}", True),
        ("run: x\nenv: {DB_PASSWORD: postgres}", False),
        ("run: x\nenv: {DB_PASSWORD: $OTHER}", False),
        ("run: x\nenv: {SIGNING: 8Zk2vQx0PqLm7TnRw4YdAs19}", True),
        ("run: x\nenv: {GREETING: 8Zk2vQx0PqLm7TnRw4YdAs19}", False),
        ("run: curl -H ghp_" + "a1B2" * 9, True),
        ("run: psql postgres://admin:s3cr3tpass@host/db", True),
        ("params: {api_key: {default: abcd1234abcd}}\nrun: echo ${{ params.api_key }}", True),
        ("run: x\ncache: {key: cargo-8Zk2vQx0PqLm7TnRw4YdAs19, paths: a}", False),
        ("jobs: {token: {steps: [x]}}", False),
    ],
)
def test_secrets_are_refused_and_never_repeated(text, reason):
    """Secrets are refused and never repeated."""
    if not reason:
        load_text(text)
        return
    with pytest.raises(Exception, match="foreign code gets no secrets") as caught:
        load_text(text)
    assert not any(one in str(caught.value) for one in ("hunter2", "8Zk2", "ghp_", "s3cr3t", "abcd1234"))
