"""Cloning a list of repositories into a folder, outside any workspace (promise A2).

Each becomes a bare, shallow repository ``dataset_<owner>_<repo>``; the same code as in the ``ingest`` stage makes it.
It grows under a hidden name and is renamed when it is whole, so whatever stands there is complete and stays.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata.errors import ErrorClass, RateLimitExceeded, StorageError, StrataError
from codestrata.git.guard import end_all
from codestrata.ingest.materialise import materialise
from codestrata.model import Repository
from codestrata.settings import Settings
from codestrata.store.tables import Tables

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
#: Failures worth another attempt.
_AGAIN = frozenset({ErrorClass.INFRA, ErrorClass.RATE_LIMITED, ErrorClass.TIMEOUT})
#: The longest wait before another attempt, in seconds.
_LONGEST_WAIT = 900.0
#: A file in each clone that names its origin: it is complete, and ours.
ORIGIN = "codestrata-origin"
#: The folder where clones grow.
UNFINISHED = ".unfinished"


@dataclass(slots=True)
class Cloned:
    """What became of each repository, by full name: cloned now, there already, failed (with the reason)."""

    done: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def sorted(self) -> Cloned:
        """Give the same in alphabetical order: threads finish in any."""
        return Cloned(sorted(self.done), sorted(self.skipped), dict(sorted(self.failed.items())))


@dataclass(slots=True)
class _Job:
    """One repository's IO: the part of :class:`codestrata.engine.base.IO` that fetching needs."""

    settings: Settings
    scratch: Path
    secret: Callable[[str], str | None]
    stop: threading.Event
    deadline: float

    @property
    def workspace(self) -> Path:
        """Give the folder of this job."""
        return self.scratch

    @property
    def tables(self) -> Tables:
        """Give the reader of bulk tables: there are none here."""
        return Tables(self.scratch)

    def progress(self, done: int) -> None:
        """Nobody watches one repository."""

    def tell(self, event: Mapping[str, Any]) -> None:
        """Say nothing, for the same reason."""

    def remaining(self) -> float:
        """Give the seconds left; none once everything is to stop."""
        return 0.0 if self.stop.is_set() else max(self.deadline - time.monotonic(), 0.0)


@dataclass(slots=True)
class _Batch:
    out: Path
    settings: Settings
    secret: Callable[[str], str | None]
    sleep: Callable[[float], object]
    stop: threading.Event

    def clone(self, repository: Repository, name: str) -> bool:
        """Make one clone; False when it is there already. Raises StrataError after the last attempt."""
        final = self.out / name
        if (final / ORIGIN).exists():
            return False
        if final.exists():
            raise StorageError("something else stands there", where=str(final), hint="move it away and run again")
        for attempt in range(1, self.settings.engine.attempts + 1):
            try:
                self._attempt(repository, final)
            except StrataError as error:
                if self.stop.is_set() or error.error_class not in _AGAIN or attempt == self.settings.engine.attempts:
                    raise
                self.sleep(_wait(error, attempt, self.settings.engine.backoff_seconds))
            else:
                break
        return True

    def _attempt(self, repository: Repository, final: Path) -> None:
        folder = self.out / UNFINISHED / final.name
        shutil.rmtree(folder, ignore_errors=True)
        scratch, growing = folder / "scratch", folder / "grown.git"
        scratch.mkdir(parents=True)
        deadline = time.monotonic() + self.settings.ingest.limits.seconds
        try:
            materialise(repository, growing, _Job(self.settings, scratch, self.secret, self.stop, deadline))
            (growing / ORIGIN).write_text(f"{repository.origin}\n", "utf-8")
            growing.rename(final)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clone_all(
    repositories: Iterable[Repository],
    out: Path,
    settings: Settings,
    *,
    secret: Callable[[str], str | None] = lambda _: None,
    workers: int = 4,
    sleep: Callable[[float], object] | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Cloned:
    """Clone every repository into ``out``; failures are reported, never raised.

    ``workers`` clones run at once. A failure that may pass is tried ``engine.attempts`` times, after a wait that
    doubles, or that the server asked for. ``progress`` hears how many are finished.
    """
    stop, result = threading.Event(), Cloned()
    batch = _Batch(out, settings, secret, sleep or stop.wait, stop)
    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=max(workers, 1), thread_name_prefix="clone") as pool:
        try:
            named = folder_names(repositories, out)
            waiting = {pool.submit(batch.clone, repository, name): repository for name, repository in named.items()}
            for count, future in enumerate(as_completed(waiting), start=1):
                _record(result, waiting[future], future)
                progress(count)
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            end_all("interrupted")
            raise
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
    return result.sorted()


def folder_name(repository: Repository) -> str:
    """Give ``dataset_<owner>_<repo>``; what no file name should hold becomes an underscore."""
    return "dataset_" + _ODD.sub("_", repository.full_name.strip("/")).strip("_")


def folder_names(repositories: Iterable[Repository], out: Path) -> dict[str, Repository]:
    """Give each repository its folder; where two would share one, in this list or an earlier, the later adds its id."""
    found: dict[str, Repository] = {}
    for repository in {one.id: one for one in repositories}.values():
        name = folder_name(repository)
        if name in found or _belongs_to_another(out / name, repository):
            name = f"{name}_{repository.id[:8]}"
        found[name] = repository
    return found


def _belongs_to_another(folder: Path, repository: Repository) -> bool:
    note = folder / ORIGIN
    return note.is_file() and note.read_text("utf-8").strip() != str(repository.origin)


def _wait(error: StrataError, attempt: int, backoff: float) -> float:
    asked = error.retry_after if isinstance(error, RateLimitExceeded) else 0.0
    return min(max(asked, backoff * 2.0 ** (attempt - 1)), _LONGEST_WAIT)


def _record(result: Cloned, repository: Repository, future: Future[bool]) -> None:
    error = future.exception()
    if isinstance(error, StrataError | OSError):
        result.failed[repository.full_name] = str(error)
    elif error is not None:
        raise error
    elif future.result():
        result.done.append(repository.full_name)
    else:
        result.skipped.append(repository.full_name)
