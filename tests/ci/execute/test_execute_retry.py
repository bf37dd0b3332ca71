"""Trying again: by class, nearest policy first, in time; and repeating, to find what is flaky."""

from __future__ import annotations

import time

import pytest
from tests.ci.execute.acting import Stage, compiled, ends, job, logs, plan, step, steps, the

from codestrata.ci.plan import RepeatPlan, RetryPlan
from codestrata.model.result import ResultClass

FAST = 0.05


def test_a_step_is_tried_again_in_its_room(stage: Stage) -> None:
    """All attempts are in the results, numbered; files of the attempt before are still there."""
    again = step("write seen.txt x\nfail-until 3 infra", "flaky", retry=RetryPlan(max=2, backoff=FAST))
    results = stage.run(plan(job("a", again, "cat seen.txt")))
    assert [(one.name, str(one.result), one.attempt) for one in steps(results, "a")] == [
        ("flaky", "infra", 1),
        ("cat seen.txt", "passed", 1),
        ("flaky", "infra", 2),
        ("flaky", "passed", 3),
    ]
    assert the(results, "a").attempts == 1


def test_a_job_is_tried_again_in_a_fresh_room(stage: Stage) -> None:
    """Its first steps run again, and nothing of the attempt before is there."""
    policy = RetryPlan(max=2, on=("failed",), backoff=FAST)
    results = stage.run(plan(job("a", "test ! -e seen.txt", "write seen.txt x\nfail-until 3 1", retry=policy)))
    assert ends(results) == {"a": "passed"}
    assert the(results, "a").attempts == 3
    assert [(one.step, one.attempt, str(one.result)) for one in steps(results, "a")] == [
        (1, 1, "passed"),
        (2, 1, "failed"),
        (1, 2, "passed"),
        (2, 2, "failed"),
        (1, 3, "passed"),
        (2, 3, "passed"),
    ]


@pytest.mark.parametrize("result", ["infra", "failed", "timeout", "oom", "disk", "policy", "killed"])
def test_only_the_classes_that_were_asked_for_are_tried_again(stage: Stage, result: str) -> None:
    """Everything is retried when asked; by default infra alone."""
    script = f"result {result}" if result != "failed" else "false"
    asked = stage.run(plan(job("a", script, retry=RetryPlan(max=1, on=(result,), backoff=FAST))))
    assert the(asked, "a").attempts == 2
    usual = stage.run(plan(job("a", script, retry=RetryPlan(max=1, backoff=FAST))))
    assert the(usual, "a").attempts == (2 if result == "infra" else 1)


def test_the_nearest_policy_wins(stage: Stage) -> None:
    """The pipeline's is for jobs without one; a step with its own is never tried again by its job."""
    text = """
version: 1
name: retries
retry: {max: 1, backoff: 50ms}
jobs:
  pipelines: {steps: [result infra]}
  jobs: {retry: {max: 2, backoff: 50ms}, steps: [result infra]}
  steps: {retry: {max: 5}, steps: [{run: result infra, retry: {max: 3, backoff: 50ms}}]}
  never: {steps: [{run: result infra, retry: {max: 0}}]}
  neither: {retry: {max: 0}, steps: [result infra]}
"""
    results = stage.run(compiled(text))
    counts = {one.id: (one.attempts, len(steps(results, one.id))) for one in results.jobs}
    assert counts == {"pipelines": (2, 2), "jobs": (3, 3), "steps": (1, 4), "never": (1, 1), "neither": (1, 1)}


def test_pauses_double_and_respect_the_time_that_is_left(stage: Stage) -> None:
    """0.1 and 0.2 s are waited; a pause that would outlast the job's limit is not begun."""
    begun = time.monotonic()
    stage.run(plan(job("a", "result infra", retry=RetryPlan(max=2, backoff=0.1))))
    assert 0.3 <= time.monotonic() - begun < 2
    begun = time.monotonic()
    results = stage.run(plan(job("a", "result infra", timeout=5, retry=RetryPlan(max=3, backoff=30))))
    assert time.monotonic() - begun < 3
    assert (the(results, "a").attempts, the(results, "a").result) == (1, ResultClass.INFRA)


def test_repeats_run_in_fresh_rooms_with_orders_and_fixed_seeds(stage: Stage) -> None:
    """Each run has its number, its order and a seed that is the same every time."""
    script = 'test ! -e x\nwrite x 1\necho "$STRATA_REPEAT $STRATA_ORDER $STRATA_SEED"'
    repeat = RepeatPlan(runs=4, order=("default", "reverse", "random"))
    results = stage.run(plan(job("a", step(script), repeat=repeat)))
    assert ends(results) == {"a": "passed"}
    assert logs(results, "a") == ["1 default 1", "2 reverse 2", "3 random 3", "4 default 4"]
    assert [one.repeat for one in steps(results, "a")] == [1, 2, 3, 4]


def test_a_flaky_job_ends_as_its_first_run_that_did_not_pass(stage: Stage) -> None:
    """All runs are made, and the reason counts them."""
    results = stage.run(plan(job("a", "fail-until 2 7", repeat=RepeatPlan(runs=3))))
    assert [str(one.result) for one in steps(results, "a")] == ["failed", "passed", "passed"]
    assert (the(results, "a").result, the(results, "a").reason) == ("failed", "flaky: passed in 2 of 3 runs")
    never = stage.run(plan(job("b", "exit 7", repeat=RepeatPlan(runs=2))))
    assert the(never, "b").reason == 'step 1 "exit 7": exit status 7'


def test_the_layer_of_a_repeated_job_is_its_first_runs(stage: Stage) -> None:
    """Later runs leave nothing for the jobs that need it."""
    results = stage.run(
        plan(job("a", "echo $STRATA_REPEAT > n", repeat=RepeatPlan(runs=3)), job("b", "cat n", needs=("a",)))
    )
    assert logs(results, "b") == ["1"]
