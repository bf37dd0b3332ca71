"""Jobs go by their needs, steps one after the other, and everything is told in order."""

from __future__ import annotations

from tests.ci.execute.acting import Stage, ends, job, logs, plan, step, steps, the

from codestrata.ci.plan import ColumnPlan, RequirePlan
from codestrata.model.result import ResultClass


def test_jobs_run_by_their_needs(stage: Stage) -> None:
    """A job sees the files of the jobs it needs, and not those of others."""
    results = stage.run(
        plan(
            job("build", "write out/a.txt made", "cat README"),
            job("other", "write other.txt x"),
            job("test", "cat out/a.txt", "test ! -e other.txt", needs=("build",)),
        )
    )
    assert ends(results) == {"build": "passed", "other": "passed", "test": "passed"}
    assert logs(results, "test") == ["made", ""]
    assert [one.id for one in results.jobs] == ["build", "other", "test"]
    assert (stage.scene.tree / "out").exists() is False


def test_a_step_sees_the_files_of_the_one_before_and_stops_the_job_when_it_fails(stage: Stage) -> None:
    """The steps after a failed one are skipped with the reason, and the job ends as that step did."""
    results = stage.run(plan(job("a", "write x 1", "cat x", "exit 3", "echo never")))
    assert [str(one.result) for one in steps(results, "a")] == ["passed", "passed", "failed", "skipped"]
    assert steps(results, "a")[3].reason == 'step 3 "exit 3" did not pass'
    assert the(results, "a").result is ResultClass.FAILED
    assert the(results, "a").reason == 'step 3 "exit 3": exit status 3'
    assert steps(results, "a")[2].code == 3


def test_a_job_is_skipped_when_one_it_needs_did_not_pass(stage: Stage) -> None:
    """The reason names the job and how it ended; jobs that need the skipped one are skipped, too."""
    results = stage.run(
        plan(job("a", "false"), job("b", "true", needs=("a",)), job("c", "true", needs=("b",)), job("d", "true"))
    )
    assert ends(results) == {"a": "failed", "b": "skipped", "c": "skipped", "d": "passed"}
    assert the(results, "b").reason == 'it needs "a", which ended failed'
    assert the(results, "c").reason == 'it needs "b", which ended skipped'
    assert steps(results, "b") == []


def test_a_plan_that_is_not_about_the_repository_is_skipped(stage: Stage) -> None:
    """Each requirement says why; nothing runs, and nothing is known."""
    column = ColumnPlan(name="clean", expression="count(findings) == 0", type="bool")
    for require, reason in (
        (RequirePlan(files=("Cargo.toml",)), "it requires a file Cargo.toml"),
        (RequirePlan(languages=("Rust", "Go")), "it requires Rust or Go, not C"),
        (RequirePlan(max_bytes=10), "it has 30 bytes, at most 10 are allowed"),
        (RequirePlan(condition='repo.branch == "dev"'), 'the requirement does not hold: repo.branch == "dev"'),
    ):
        results = stage.run(plan(job("a", "true"), require=require, cleanup=(job("end", "true"),), columns=(column,)))
        assert ends(results) == {"a": "skipped", "end": "skipped"}
        assert {one.reason for one in results.jobs} == {reason}
        assert results.steps == []
        assert results.columns == {"clean": None}
    met = RequirePlan(files=("src/*.c",), languages=("c",), max_bytes=30, condition='has_file("Lock")')
    assert ends(stage.run(plan(job("a", "true"), require=met))) == {"a": "passed"}


def test_the_live_log_tells_what_happens_as_it_happens(stage: Stage) -> None:
    """Events come in order and can be written as JSON; output is decoded, whatever it is."""
    stage.run(plan(job("a", step("echo hello", "greet"), "exit 2")))
    told = [(one["event"], one.get("step"), one.get("result"), one.get("text")) for one in stage.events]
    assert told == [
        ("job_started", None, None, None),
        ("step_started", 1, None, None),
        ("output", 1, None, "hello\n"),
        ("step_finished", 1, "passed", None),
        ("step_started", 2, None, None),
        ("step_finished", 2, "failed", None),
        ("job_finished", None, "failed", None),
    ]
    assert stage.events[-1]["reason"] == 'step 2 "exit 2": exit status 2'
