"""Control groups, version 1 and 2: a job's group holds one group for each command; they limit, measure and end it.

Sources: Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from codestrata.sandbox.base import Limits

_PERIOD = 100_000
#: Seconds that the processes of a group get to be gone after SIGKILL.
_PATIENCE = 5.0


class Group(Protocol):
    """A command's control group, in whatever hierarchies there are."""

    @property
    def doors(self) -> list[Path]:
        """Give the files to which a process writes "0" to join."""

    def over(self, limits: Limits) -> str:
        """Say which limit it is over that nobody else holds it to: "cpu", "memory", "processes", or ""."""

    def cpu_seconds(self) -> float:
        """Give the processor seconds used by all that ever was in it; -1: not measured."""

    def peak(self) -> int:
        """Give the most bytes of memory at once; -1: not measured."""

    def oom_kills(self) -> int:
        """Count the processes that the kernel ended for want of memory."""

    def refused(self) -> int:
        """Count the processes that were not made because of the limit."""

    def kill(self) -> bool:
        """End every process in it, and say whether none is left."""

    def remove(self) -> None:
        """Remove it; nothing may be in it."""


class First:
    """A group of version 1: a folder for each controller."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders

    @property
    def doors(self) -> list[Path]:
        return [folder / "cgroup.procs" for folder in self._folders.values()]

    def limit(self, limits: Limits) -> None:
        memory = self._folders["memory"]
        with suppress(OSError):
            (memory / "memory.swappiness").write_text("0")
        (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
        with suppress(OSError):  # where swap is not accounted for, there is none or it is out of our hands
            (memory / "memory.memsw.limit_in_bytes").write_text(str(limits.memory))
        (self._folders["pids"] / "pids.max").write_text(str(limits.processes))
        (self._folders["cpu"] / "cpu.cfs_period_us").write_text(str(_PERIOD))
        (self._folders["cpu"] / "cpu.cfs_quota_us").write_text(str(max(1000, int(limits.cpus * _PERIOD))))

    def over(self, limits: Limits) -> str:
        return "cpu" if 0 < limits.cpu_seconds < self.cpu_seconds() else ""

    def cpu_seconds(self) -> float:
        return _number(self._folders.get("cpuacct"), "cpuacct.usage", 1e-9)

    def peak(self) -> int:
        return int(_number(self._folders["memory"], "memory.max_usage_in_bytes"))

    def oom_kills(self) -> int:
        return _keyed(self._folders["memory"] / "memory.oom_control", "oom_kill")

    def refused(self) -> int:
        return _keyed(self._folders["pids"] / "pids.events", "max")

    def kill(self) -> bool:
        return _kill([self._folders["pids"]], self._folders.get("freezer"))

    def remove(self) -> None:
        for folder in self._folders.values():
            remove_group(folder)


class Second:
    """A group of version 2."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def doors(self) -> list[Path]:
        return [self._folder / "cgroup.procs"]

    def limit(self, limits: Limits) -> None:
        (self._folder / "memory.max").write_text(str(limits.memory))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with suppress(OSError):
                (self._folder / name).write_text(value)
        (self._folder / "pids.max").write_text(str(limits.processes))
        (self._folder / "cpu.max").write_text(f"{max(1000, int(limits.cpus * _PERIOD))} {_PERIOD}")

    def over(self, limits: Limits) -> str:
        return "cpu" if 0 < limits.cpu_seconds < self.cpu_seconds() else ""

    def cpu_seconds(self) -> float:
        used = _keyed(self._folder / "cpu.stat", "usage_usec")
        return used * 1e-6 if used >= 0 else -1.0

    def peak(self) -> int:
        return int(_number(self._folder, "memory.peak"))

    def oom_kills(self) -> int:
        return _keyed(self._folder / "memory.events", "oom_kill")

    def refused(self) -> int:
        return _keyed(self._folder / "pids.events", "max")

    def kill(self) -> bool:
        with suppress(OSError):  # Linux 5.14
            (self._folder / "cgroup.kill").write_text("1")
        return _kill([self._folder], None)

    def remove(self) -> None:
        remove_group(self._folder)


def _number(folder: Path | None, name: str, unit: float = 1.0) -> float:
    try:
        return int((folder / name).read_text()) * unit if folder else -1.0
    except (OSError, ValueError):
        return -1.0


def _keyed(path: Path, key: str) -> int:
    try:
        return next((int(line.split()[1]) for line in path.read_text().splitlines() if line.split()[0] == key), -1)
    except (OSError, ValueError, IndexError):
        return -1


def _kill(folders: Iterable[Path], freezer: Path | None) -> bool:
    """Send SIGKILL until nobody is left. Frozen ones cannot fork away meanwhile; they die when they thaw."""
    end = time.monotonic() + _PATIENCE
    while True:
        members = [int(pid) for folder in folders for pid in _members(folder)]
        if not members:
            return True
        if time.monotonic() > end:
            return False
        if freezer:
            with suppress(OSError):
                (freezer / "freezer.state").write_text("FROZEN")
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if freezer:
            with suppress(OSError):
                (freezer / "freezer.state").write_text("THAWED")
        time.sleep(0.002)


def _members(folder: Path) -> list[str]:
    try:
        return (folder / "cgroup.procs").read_text().split()
    except OSError:
        return []


def remove_group(folder: Path) -> None:
    """Remove a group and those below it. A group is busy for a moment after its last process is gone."""
    with suppress(OSError):
        for child in folder.iterdir():
            if child.is_dir():
                remove_group(child)
    _kill([folder], None)
    end = time.monotonic() + _PATIENCE
    while folder.exists():
        with suppress(OSError):
            folder.rmdir()
            return
        if time.monotonic() > end:
            return
        time.sleep(0.002)
