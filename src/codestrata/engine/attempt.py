"""One attempt at one task: run the stage's function, write what it made, commit; or say why not."""

from __future__ import annotations

import resource
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine import commit, failure
from codestrata.engine.base import Partition
from codestrata.errors import Interrupted, StorageError
from codestrata.store.tables import Tables
from codestrata.store.tasks import Cost, Failure, Lease, TaskState

if TYPE_CHECKING:
    from codestrata.engine.base import Outcome, Stage
    from codestrata.settings import Settings
    from codestrata.store.layout import Layout
    from codestrata.store.ledger import Ledger


@dataclass(slots=True)
class Bench:
    """What every attempt of one process shares; ``guard`` holds a stage's function within the lease's limits.

    ``stop`` is set when the run is interrupted.
    """

    layout: Layout
    settings: Settings
    ledger: Ledger
    tables: Tables
    stages: Mapping[str, Stage]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    guard: Callable[[Lease], AbstractContextManager[object]] = nullcontext
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears how far an attempt is (``done``, of the weight) and what it says of itself (``event``, JSON)."""

    done: Callable[[float], None]
    event: Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended: the task's state now (None: the lease was lost), and the failure if there was one."""

    state: TaskState | None
    failure: Failure | None = None


class PartitionIO:
    """The :class:`codestrata.engine.base.IO` of one attempt."""

    def __init__(self, bench: Bench, lease: Lease, scratch: Path, told: Told) -> None:
        self._bench = bench
        self._scratch = scratch
        self._told = told
        self._end = time.monotonic() + lease.seconds

    @property
    def settings(self) -> Settings:
        """Give the settings of the run."""
        return self._bench.settings

    @property
    def workspace(self) -> Path:
        """Give the workspace folder."""
        return self._bench.layout.root

    @property
    def tables(self) -> Tables:
        """Give the reader of bulk tables."""
        return self._bench.tables

    @cached_property
    def scratch(self) -> Path:
        """Make this attempt's own folder at first use."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch

    def progress(self, done: int) -> None:
        """Say how much of the partition's weight is done."""
        self._told.done(done)

    def tell(self, event: Mapping[str, Any]) -> None:
        """Tell whoever watches what is happening."""
        self._told.event(event)

    def secret(self, name: str) -> str | None:
        """Give a secret by name, or None."""
        return self._bench.secrets.get(name)

    def remaining(self) -> float:
        """Give the seconds left, never less than zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def stop(self) -> threading.Event:
        """Give the event that is set when the run is interrupted."""
        return self._bench.stop


def attempt(bench: Bench, lease: Lease, told: Told) -> Ended:
    """Make one attempt. Raises StorageError when the disk is full, after giving the task back."""
    scratch = bench.layout.scratch / f"{lease.task}.{lease.token}"
    meter = Meter()
    try:
        outcome = _run(bench, lease, scratch, told)
        files = commit.write(outcome, bench.tables)
        made = commit.seal(outcome, files, meter.read())
        return Ended(TaskState.DONE if bench.ledger.commit(lease, made) else None)
    except (Exception, SystemExit) as error:
        if isinstance(error, Interrupted) and bench.stop.is_set():
            return Ended(TaskState.READY if bench.ledger.give_back(lease) else None)
        if failure.disk_full(error, bench.layout.root):
            raise _give_back(bench, lease, error) from error
        why = failure.classify(error, meter.read())
        return Ended(bench.ledger.fail(lease, why), why)
    except BaseException:
        bench.ledger.give_back(lease)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run(bench: Bench, lease: Lease, scratch: Path, told: Told) -> Outcome:
    stage = bench.stages[lease.stage]
    partition = Partition(
        stage=lease.stage,
        version=lease.version,
        spec=lease.spec,
        title=lease.title,
        subject=lease.subject,
        priority=lease.priority,
        pool=lease.pool,
        limit_key=lease.limit_key,
        timeout=lease.seconds,
        weight=lease.weight,
        hint=lease.place,
    )
    with bench.guard(lease):
        return stage.run(partition, PartitionIO(bench, lease, scratch, told))


def _give_back(bench: Bench, lease: Lease, error: BaseException) -> StorageError:
    with suppress(
        StorageError
    ):  # the catalogue may lie on the same full disk: the next holder gives the task back then
        bench.ledger.give_back(lease)
    where = error.where if isinstance(error, StorageError) and error.where else str(bench.layout.root)
    return StorageError("the disk is full", where=where, hint="free some space and run again: it goes on from here")


class Meter:
    """Measures an attempt: seconds, processor seconds including finished children, peak resident memory."""

    def __init__(self) -> None:
        _reset_peak()
        self._began = time.monotonic()
        self._cpu = _cpu()

    def read(self) -> Cost:
        """Give what it took so far."""
        return Cost(round(time.monotonic() - self._began, 6), round(_cpu() - self._cpu, 6), _peak())


def _cpu() -> float:
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _reset_peak() -> None:
    """Start the kernel's high-water mark again from here; source: proc(5), clear_refs, value 5."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_bytes(b"5")


def _peak() -> int:
    try:
        status = Path("/proc/self/status").read_bytes()
        return int(status.split(b"VmHWM:", 1)[1].split(None, 1)[0]) * 1024
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
