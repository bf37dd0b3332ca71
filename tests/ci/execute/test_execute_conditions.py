"""Conditions of jobs and steps: success is meant unless a state is named."""

from __future__ import annotations

from tests.ci.execute.acting import Stage, compiled, ends, job, plan, step, steps, the

from codestrata.model.result import ResultClass


def test_conditions_of_steps(stage: Stage) -> None:
    """After a failure, steps run that say so; success() is the default, with and without another condition."""
    results = stage.run(
        plan(
            job(
                "a",
                step("true", "met", condition='repo.language == "C"'),
                step("true", "unmet", condition='repo.language == "Go"'),
                step("true", "too early", condition="failure()"),
                step("false", "bad"),
                step("true", "default"),
                step("true", "met, but", condition='repo.language == "C"'),
                step("true", "on failure", condition="failure()"),
                step("true", "always", condition="always()"),
                step("true", "explicit", condition="success()"),
            )
        )
    )
    assert [(one.name, str(one.result)) for one in steps(results, "a")] == [
        ("met", "passed"),
        ("unmet", "skipped"),
        ("too early", "skipped"),
        ("bad", "failed"),
        ("default", "skipped"),
        ("met, but", "skipped"),
        ("on failure", "passed"),
        ("always", "passed"),
        ("explicit", "skipped"),
    ]
    assert steps(results, "a")[1].reason == 'its condition does not hold: repo.language == "Go"'
    assert steps(results, "a")[5].reason == 'step 4 "bad" did not pass'
    assert the(results, "a").result is ResultClass.FAILED


def test_conditions_of_jobs(stage: Stage) -> None:
    """A job whose need failed runs if its condition names that state, and stands on what is left."""
    results = stage.run(
        plan(
            job("bad", "write trace.txt here", "false"),
            job("good", "true"),
            job("report", "cat trace.txt", needs=("bad",), condition="failure()"),
            job("far", "true", needs=("skipped",), condition="failure()"),
            job("skipped", "true", needs=("bad",)),
            job("calm", "true", needs=("good",), condition="failure()"),
            job("anyway", "true", needs=("bad", "good"), condition="always()"),
            job("by result", "true", needs=("bad",), condition='always() and needs.bad.result == "failed"'),
            job("matched", "true", needs=("good",), condition='has_file("README") and matrix.os == "linux"',
                matrix={"os": "linux"}),
            job("unmatched", "true", needs=("good",), condition='env.MODE == "off"', env={"MODE": "on"}),
        )
    )  # fmt: skip
    assert ends(results) == {
        "bad": "failed",
        "good": "passed",
        "report": "passed",
        "far": "passed",
        "skipped": "skipped",
        "calm": "skipped",
        "anyway": "passed",
        "by result": "passed",
        "matched": "passed",
        "unmatched": "skipped",
    }
    assert the(results, "unmatched").reason == 'its condition does not hold: env.MODE == "off"'


def test_a_condition_that_cannot_be_read_fails_what_it_stands_at(stage: Stage) -> None:
    """The reason quotes it; nothing runs under a condition nobody understood."""
    results = stage.run(plan(job("a", "true", condition="1 +"), job("b", step("true", condition="(("))))
    assert ends(results) == {"a": "failed", "b": "failed"}
    assert "1 +" in the(results, "a").reason
    assert steps(results, "a") == []
    assert steps(results, "b")[0].result is ResultClass.FAILED


def test_continue_on_failure_is_for_steps_and_jobs(stage: Stage) -> None:
    """A step that may fail lets its job pass; a job that may fail lets its dependents run on its files."""
    results = stage.run(
        plan(
            job("a", step("exit 4", on_failure="continue"), "echo on"),
            job("b", "write left.txt x", "false", continue_on_error=True),
            job("c", "cat left.txt", needs=("b",)),
            job("d", "true", needs=("b",), condition="failure()"),
        )
    )
    assert ends(results) == {"a": "passed", "b": "failed", "c": "passed", "d": "skipped"}
    assert [str(one.result) for one in steps(results, "a")] == ["failed", "passed"]


def test_continue_does_not_hide_what_was_not_the_codes_doing(stage: Stage) -> None:
    """An infra failure says nothing about the code, so the job does not pass."""
    results = stage.run(plan(job("a", step("result infra engine gone", on_failure="continue"), "echo on")))
    assert ends(results) == {"a": "infra"}


def test_cleanup_runs_after_everything_whatever_was(stage: Stage) -> None:
    """Cleanup jobs run after a failure, too; their conditions are about all jobs; their failure skips no other."""
    cleanup = (
        job("tidy", "false"),
        job("next", "true", needs=("tidy",)),
        job("on failure", "true", condition="failure()"),
        job("on success", "true", condition="success()"),
    )
    bad = stage.run(plan(job("a", "false"), cleanup=cleanup))
    assert ends(bad) == {"a": "failed", "tidy": "failed", "next": "passed", "on failure": "passed",
                         "on success": "skipped"}  # fmt: skip
    order = [one["job"] for one in stage.seen("job_finished")]
    assert order[0] == "a"
    good = stage.run(plan(job("a", "true"), cleanup=cleanup[2:]))
    assert ends(good) == {"a": "passed", "on failure": "skipped", "on success": "passed"}


def test_a_reason_has_the_condition_as_its_author_wrote_it(stage: Stage) -> None:
    """Not the one way of writing it, nor what is left of it with the matrix's values; the plan's hash knows neither."""
    text = """
jobs:
  a:
    matrix: {os: [linux, mac]}
    steps:
      - {name: s, run: "true", if: "matrix.os=='linux'  and has_file( 'README' )"}
      - {name: n, run: "true", if: "not (repo.stars>1)"}
"""
    made = compiled(text)
    reasons = {(one.job, one.name): one.reason for one in stage.run(made, repository={"stars": 5}).steps}
    told = "matrix.os=='linux' and has_file( 'README' )"
    constant = "(with these parameters and this matrix it is false for every repository)"
    assert reasons["a (os=mac)", "s"] == f"its condition does not hold: {told} {constant}"
    assert reasons["a (os=linux)", "n"] == "its condition does not hold: not (repo.stars>1)"
    other = compiled(text.replace("repo.stars>1", "repo.stars > 1"))
    assert other.hash == made.hash
