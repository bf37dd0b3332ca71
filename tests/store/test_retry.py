"""The retry policy as a table: error class → what becomes of the task."""

from __future__ import annotations

import pytest

from codestrata.errors import ErrorClass
from codestrata.store.retry import MAX_BACKOFF, MAX_WAITS, History, judge
from codestrata.store.tasks import Failure, TaskState

FRESH = History(attempts=0, max_attempts=4, deaths=0, waits=0, scale=1.0)


@pytest.mark.parametrize(
    ("kind", "past", "state", "wait", "scale"),
    [
        (ErrorClass.INFRA, FRESH, TaskState.READY, 2.0, 1.0),
        (ErrorClass.INFRA, History(2, 4, 0, 0, 1.0), TaskState.READY, 8.0, 1.0),
        (ErrorClass.INFRA, History(3, 4, 0, 0, 1.0), TaskState.DEAD, 0.0, 1.0),
        (ErrorClass.INFRA, History(30, 99, 0, 0, 1.0), TaskState.READY, MAX_BACKOFF, 1.0),
        (ErrorClass.RATE_LIMITED, FRESH, TaskState.READY, 9.0, 1.0),
        (ErrorClass.RATE_LIMITED, History(0, 4, 0, MAX_WAITS, 1.0), TaskState.DEAD, 0.0, 1.0),
        (ErrorClass.TIMEOUT, FRESH, TaskState.READY, 0.0, 2.0),
        (ErrorClass.TIMEOUT, History(1, 4, 0, 0, 2.0), TaskState.DEAD, 0.0, 2.0),
        (ErrorClass.OOM, FRESH, TaskState.READY, 0.0, 2.0),
        (ErrorClass.OOM, History(1, 4, 0, 0, 2.0), TaskState.DEAD, 0.0, 2.0),
        (ErrorClass.CODE, FRESH, TaskState.FAILED, 0.0, 1.0),
        (ErrorClass.POLICY, FRESH, TaskState.FAILED, 0.0, 1.0),
    ],
)
def test_policy(kind: ErrorClass, past: History, state: TaskState, wait: float, scale: float) -> None:
    """Each class is tried again as its docstring in ``errors`` says."""
    verdict = judge(Failure(kind, "x", retry_after=9.0), past, backoff=2.0)
    assert (verdict.state, verdict.wait, verdict.history.scale) == (state, wait, scale)
    assert verdict.error_class is kind


def test_two_deaths_are_poison() -> None:
    """A task that killed one worker is tried at once by another; after the second it is a dead letter."""
    killed = Failure(ErrorClass.INFRA, "SIGKILL", killed=True)
    first = judge(killed, FRESH, backoff=2.0)
    second = judge(killed, first.history, backoff=2.0)
    assert (first.state, first.wait) == (TaskState.READY, 0.0)
    assert (second.state, second.error_class) == (TaskState.DEAD, ErrorClass.POISON)


def test_rate_limits_do_not_use_up_attempts() -> None:
    """Waiting for a limit to reset is no failed attempt."""
    assert judge(Failure(ErrorClass.RATE_LIMITED, "x"), FRESH, backoff=2.0).history.attempts == 0
