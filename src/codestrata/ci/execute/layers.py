"""Layers: what rooms left for the rooms of later jobs, kept as long as somebody may need it."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.ci.plan import JobPlan


@dataclass(frozen=True, slots=True)
class Kept:
    """A layer: the job that left it, the runner that wrote it, the folder."""

    job: str
    runner: str
    folder: Path


def order(job: JobPlan, jobs: Mapping[str, JobPlan]) -> list[str]:
    """Give the jobs that a job stands on: each once, after those it stands on itself, in the order of ``needs``."""
    found: dict[str, None] = {}
    seen = {job.id}
    path: list[tuple[str, Iterator[str]]] = [("", iter(job.needs))]
    while path:
        name, needs = path[-1]
        below = next((one for one in needs if one in jobs and one not in seen), "")
        if below:
            seen.add(below)
            path.append((below, iter(jobs[below].needs)))
        else:
            path.pop()
            found[name] = None
    del found[""]
    return list(found)


class Layers:
    """The layers of one run. A layer goes when no job that stands on it is still to end."""

    def __init__(self, folder: Path, jobs: Iterable[JobPlan]) -> None:
        self._folder = folder
        self._jobs = {job.id: job for job in jobs}
        self._kept: dict[str, Kept] = {}
        self._users: dict[str, set[str]] = {name: set() for name in self._jobs}
        for job in self._jobs.values():
            for name in order(job, self._jobs):
                self._users[name].add(job.id)
        self._lock = threading.Lock()
        self._count = 0

    def wanted(self, job: str) -> bool:
        """Say whether somebody may stand on what this job leaves."""
        with self._lock:
            return bool(self._users[job])

    def place(self) -> Path:
        """Give a new folder's name for a layer; the folder above it is there."""
        with self._lock:
            self._count += 1
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._folder / f"layer-{self._count}"

    def keep(self, layer: Kept) -> None:
        """Keep a layer; one of the same job before it is removed."""
        with self._lock:
            before = self._kept.pop(layer.job, None)
            self._kept[layer.job] = layer
        if before:
            remove(before.folder)

    def below(self, job: JobPlan) -> list[Kept]:
        """Give the layers that a job stands on, oldest first."""
        with self._lock:
            return [self._kept[name] for name in order(job, self._jobs) if name in self._kept]

    def ended(self, job: str) -> None:
        """A job is over: remove what nobody needs any more."""
        with self._lock:
            for users in self._users.values():
                users.discard(job)
            free = [name for name in self._kept if not self._users[name]]
            gone = [self._kept.pop(name) for name in free]
        for layer in gone:
            remove(layer.folder)

    def clear(self) -> None:
        """Remove them all."""
        with self._lock:
            gone, self._kept = list(self._kept.values()), {}
        for layer in gone:
            remove(layer.folder)
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def remove(folder: Path) -> None:
    """Remove a folder that foreign code wrote, whatever its permissions say; links are removed, not followed."""

    def again(function: Callable[..., Any], path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            above = os.path.dirname(path)  # noqa: PTH120 -- as shutil gives it
            for place in (above, path):
                if stat.S_ISDIR(os.lstat(place).st_mode):
                    os.chmod(place, 0o700, follow_symlinks=os.chmod not in os.supports_follow_symlinks)  # noqa: PTH101
            if function in {os.open, os.scandir}:
                shutil.rmtree(path, ignore_errors=True)
            else:
                function(path)

    shutil.rmtree(folder, onerror=again)
