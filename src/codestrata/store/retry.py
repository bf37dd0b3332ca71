"""The retry policy: what an error class says about trying again. A pure function, so that it can be read as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codestrata.errors import ErrorClass
from codestrata.store.tasks import Failure, TaskState

#: Workers a task may kill before it is poison.
POISON_DEATHS = 2
#: Times a task may be told to come back later before that counts as a failure.
MAX_WAITS = 20
#: Seconds after which backoff grows no further.
MAX_BACKOFF = 600.0


@dataclass(frozen=True, slots=True)
class Terms:
    """The ledger's figures.

    A task is tried ``attempts`` times; the wait before the second is ``backoff`` seconds and doubles with each further
    one; a lease lasts ``lease_seconds``. ``pools`` and ``per_key`` limit how many tasks of a pool (those named), or of
    one limit key, are leased at once.
    """

    attempts: int = 4
    backoff: float = 2.0
    lease_seconds: float = 30.0
    pools: Mapping[str, int] = field(default_factory=dict)
    per_key: int = 4


@dataclass(frozen=True, slots=True)
class History:
    """What a task has been through so far."""

    attempts: int
    max_attempts: int
    deaths: int
    waits: int
    scale: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the task: its state, the wait in seconds before it is due, and its history from now on."""

    state: TaskState
    wait: float
    error_class: ErrorClass
    history: History


def judge(failure: Failure, past: History, backoff: float) -> Verdict:
    """Decide what becomes of a task after a failure."""
    kind = failure.error_class
    attempts = past.attempts + (kind is not ErrorClass.RATE_LIMITED)
    deaths = past.deaths + failure.killed
    waits = past.waits + (kind is ErrorClass.RATE_LIMITED)
    state, wait, scale = TaskState.DEAD, 0.0, past.scale
    if deaths >= POISON_DEATHS:
        kind = ErrorClass.POISON
    elif kind in {ErrorClass.CODE, ErrorClass.POLICY}:
        state = TaskState.FAILED
    elif kind in {ErrorClass.TIMEOUT, ErrorClass.OOM}:
        if past.scale == 1.0 and attempts < past.max_attempts:
            state, scale = TaskState.READY, 2.0
    elif kind is ErrorClass.RATE_LIMITED:
        if waits <= MAX_WAITS:
            state, wait = TaskState.READY, failure.retry_after
    elif kind is ErrorClass.INFRA and attempts < past.max_attempts:
        state = TaskState.READY
        wait = 0.0 if failure.killed else min(MAX_BACKOFF, backoff * 2.0 ** (attempts - 1))
    return Verdict(state, wait, kind, History(attempts, past.max_attempts, deaths, waits, scale))
