"""What the ledger speaks of: leases, tasks, commits, failures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from codestrata.errors import ErrorClass

if TYPE_CHECKING:
    from codestrata.model import Snapshot
    from codestrata.store.records import TableFile


class TaskState(StrEnum):
    """Where a task stands."""

    BLOCKED = "blocked"
    """Waits for another task."""
    READY = "ready"
    """Due, from ``not_before`` on."""
    LEASED = "leased"
    """A worker has it."""
    DONE = "done"
    """Committed."""
    FAILED = "failed"
    """Trying again would change nothing (code, policy)."""
    DEAD = "dead"
    """Tried as often as its error class allows: a dead letter."""
    CANCELLED = "cancelled"
    """Somebody took it back."""


def to_json(value: Mapping[str, Any]) -> str:
    """Write a mapping the same way every time."""
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"))


class Work(Protocol):
    """What can be put in the queue; :class:`codestrata.engine.base.Partition` is the one that is."""

    @property
    def stage(self) -> str:
        """Give the stage's name."""

    @property
    def version(self) -> str:
        """Give the version of what will be done."""

    @property
    def key(self) -> str:
        """Give the hash of stage, version and spec."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """Give the inputs, as JSON."""

    @property
    def hint(self) -> Mapping[str, Any]:
        """Give where the inputs lie, as JSON; not part of the key."""

    @property
    def title(self) -> str:
        """Give what a person sees."""

    @property
    def subject(self) -> str:
        """Give the repository id, or an empty text."""

    @property
    def priority(self) -> float:
        """Give the rank; higher goes first."""

    @property
    def pool(self) -> str:
        """Give the pool of slots it needs one of."""

    @property
    def limit_key(self) -> str:
        """Give the host or owner that must not be asked too often at once, or an empty text."""

    @property
    def timeout(self) -> float:
        """Give the limit in seconds."""

    @property
    def weight(self) -> int:
        """Give the size, in the stage's unit."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A task in a worker's hands. ``token`` fences: it rises with each lease, and only the newest may commit.

    ``place`` is the partition's ``hint``; ``seconds`` is the time limit of this attempt; ``scale`` is 2 on the one
    attempt after a timeout or lack of memory, 1 otherwise.
    """

    task: int
    token: int
    run: int
    stage: str
    key: str
    version: str
    subject: str
    title: str
    spec: Mapping[str, Any]
    place: Mapping[str, Any]
    priority: float
    pool: str
    limit_key: str
    seconds: float
    weight: int
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What an attempt took: seconds, processor seconds (with children), peak resident bytes."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss: int = 0


@dataclass(frozen=True, slots=True)
class Commit:
    """What an attempt made: everything the commit row and its companions say."""

    output_hash: str
    result: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    files: Sequence[TableFile] = ()
    snapshots: Sequence[Snapshot] = ()
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed. ``retry_after`` is in seconds (rate limits); ``killed``: the worker died with it."""

    error_class: ErrorClass
    message: str
    hint: str = ""
    retry_after: float = 0.0
    killed: bool = False
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the ledger, for people and reports."""

    id: int
    stage: str
    key: str
    version: str
    run: int
    subject: str
    title: str
    state: TaskState
    priority: float
    pool: str
    limit_key: str
    weight: int
    not_before: float
    attempts: int
    max_attempts: int
    worker: str
    error_class: str
    error: str
    hint: str
    spec: Mapping[str, Any]
    cost: Mapping[str, float]
    created: float
    started: float
    finished: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``n`` is its fencing token; ``outcome``: done, failed, released, lost, stale, or empty (running).

    ``doubtful``: its worker died, and nobody knows yet whether everything was killed together.
    """

    n: int
    worker: str
    started: float
    finished: float
    outcome: str
    error_class: str
    error: str
    cost: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What became of a plan: partitions planned, committed, due now, given up before; ``weight`` of those due."""

    planned: int
    done: int
    queued: int
    failed: int
    weight: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a stage waits for: seconds until a task can be leased (infinite: none waits), and whether any is leased."""

    wait: float
    leased: bool

    @property
    def ready(self) -> bool:
        """Say whether a task can be leased now, as far as limits of pools and keys allow."""
        return self.wait <= 0

    @property
    def nothing(self) -> bool:
        """Say whether the stage is over."""
        return self.wait == float("inf") and not self.leased
