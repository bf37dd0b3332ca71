"""Time: the smallest limit wins and is named; nothing waits for what never ends."""

from __future__ import annotations

import threading
import time

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan, step, steps, the

from codestrata.ci.plan import RetryPlan
from codestrata.model.result import ResultClass


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"step": 0.3}, "it took longer than the step's limit of 0.3 s"),
        ({"step": 9, "job": 0.3}, "it took longer than the job's limit of 0.3 s"),
        ({"step": 9, "job": 8, "pipeline": 0.3}, "it took longer than the pipeline's limit of 0.3 s"),
        ({"settings": 0.3}, "it took longer than the step's limit of 0.3 s"),
    ],
)
def test_the_smallest_limit_wins_and_is_named(stage: Stage, times: dict[str, float], reason: str) -> None:
    """A step of ten seconds ends at the nearest limit, and the reason says whose that was."""
    begun = time.monotonic()
    one = job("a", step("sleep 10", timeout=times.get("step", 0)), timeout=times.get("job", 0))
    settings = replace_settings(stage, times.get("settings", 20.0))
    results = stage.run(plan(one, timeout=times.get("pipeline", 60)), settings=settings)
    assert time.monotonic() - begun < 3
    assert ends(results) == {"a": "timeout"}
    assert steps(results, "a")[0].reason.startswith(reason)
    assert the(results, "a").reason.startswith(f'step 1 "sleep 10": {reason}')


def replace_settings(stage: Stage, timeout: float):
    """Give the stage's settings with another limit."""
    import msgspec

    return msgspec.structs.replace(stage.scene.settings, timeout=timeout)


def test_what_is_left_of_a_jobs_time_limits_its_later_steps(stage: Stage) -> None:
    """The reason says how much was left; steps that cannot begin any more time out, too, and are not run."""
    one = job("a", "sleep 0.4", "sleep 10", step("echo no", condition="always()"), timeout=0.8)
    results = stage.run(plan(one))
    first, second, third = steps(results, "a")
    assert (first.result, second.result, third.result) == ("passed", "timeout", "timeout")
    assert second.reason.startswith("it took longer than the job's limit of 0.8 s (0.")
    assert third.reason == "the job's limit of 0.8 s was over before it began"
    assert third.log == b""


def test_when_the_pipelines_time_is_over_no_other_job_begins(stage: Stage) -> None:
    """They time out with the reason; cleanup has time of its own."""
    results = stage.run(
        plan(job("a", "sleep 10"), job("b", "true", needs=("a",)), job("c", "true"), timeout=0.4,
             cleanup=(job("end", "echo tidy"),)),
        parallel=1,
    )  # fmt: skip
    assert ends(results) == {"a": "timeout", "b": "timeout", "c": "timeout", "end": "passed"}
    assert the(results, "c").reason == "the pipeline's limit of 0.4 s was over before it began"


def test_a_cancelled_run_ends_soon_and_cleans_up(stage: Stage) -> None:
    """What runs is cancelled, the rest never begins, cleanup still runs, all rooms are gone."""
    cancelled = threading.Event()
    threading.Timer(0.4, cancelled.set).start()
    begun = time.monotonic()
    results = stage.run(
        plan(
            job("a", "sleep 20", "echo next", step("echo tidy", condition="always()")),
            job("b", "sleep 20", "sleep 20", parallel=True),
            job("c", "true", needs=("a",)),
            job("d", "true"),
            cleanup=(job("end", "echo bye"),),
        ),
        cancelled,
    )
    assert time.monotonic() - begun < 4
    assert ends(results) == {"a": "cancelled", "b": "cancelled", "c": "cancelled", "d": "cancelled", "end": "passed"}
    assert {str(one.result) for one in steps(results, "a")} == {"cancelled"}
    assert len(steps(results, "a")) == 3
    assert the(results, "d").reason == "cancelled before it began"


def test_an_interrupt_does_the_same_and_is_raised_again(stage: Stage) -> None:
    """Rooms are removed and cleanup runs before KeyboardInterrupt reaches the caller."""
    import _thread

    threading.Timer(0.5, _thread.interrupt_main).start()
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        stage.run(plan(job("a", "sleep 20"), cleanup=(job("end", "echo bye"),)))
    stage.clean(before)
    assert [(one["job"], one["result"]) for one in stage.seen("job_finished")] == [
        ("a", "cancelled"),
        ("end", "passed"),
    ]


def test_cancelling_ends_a_pause_between_tries(stage: Stage) -> None:
    """A long backoff is no reason to wait."""
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    begun = time.monotonic()
    results = stage.run(plan(job("a", "result infra", retry=RetryPlan(max=3, backoff=30))), cancelled)
    assert time.monotonic() - begun < 3
    assert the(results, "a").result is ResultClass.CANCELLED


class Deaf:
    """A runner whose commands never end, whatever they are told."""

    name = "deaf"

    def __init__(self, inner) -> None:
        self.inner = inner
        self.free = threading.Event()

    def __getattr__(self, name: str):
        """Pass everything else on."""
        return getattr(self.inner, name)

    def stream(self, handle):
        """Never end."""
        self.free.wait(30)
        return iter(())


def test_a_runner_that_does_not_come_back_is_left_alone(stage: Stage, monkeypatch) -> None:
    """It is told to cancel, and then not waited for: the result is infra."""
    monkeypatch.setattr("codestrata.ci.execute.command.GRACE", 0.3)
    deaf = Deaf(stage.runner)
    threading.Timer(2.5, deaf.free.set).start()
    begun = time.monotonic()
    results = stage.run(plan(job("a", step("sleep 0.1", timeout=0.2))), runner=lambda _, __: deaf)
    assert time.monotonic() - begun < 5
    assert ends(results) == {"a": "infra"}
    assert "did not end a command" in the(results, "a").reason
