"""Control groups, version 1 and 2: a job's group holds one group for each command; they limit, measure and end it.

Sources: Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codestrata.sandbox.base import Limits

FIRST, SECOND = 1, 2
_V2 = ("memory", "pids", "cpu")
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

    def crowded(self, limits: Limits) -> bool:
        """Say whether, where refusals are not counted, so many processes were seen that there may have been some."""

    def kill(self) -> bool:
        """End every process in it, and say whether none is left."""

    def remove(self) -> None:
        """Remove it; nothing may be in it."""


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """A group of either version: ``folders`` maps controllers to its folders; in version 2 all are one."""

    version: int
    folders: Mapping[str, Path]

    @property
    def doors(self) -> list[Path]:
        """Give the files to which a process writes "0" to join."""
        return [folder / "cgroup.procs" for folder in dict.fromkeys(self.folders.values())]

    def limit(self, limits: Limits) -> None:
        """Set its limits; raises OSError where one that is needed cannot be set."""
        for controller, name, value, needed in _settings(self.version, limits):
            try:
                (self.folders[controller] / name).write_text(value)
            except OSError:
                if needed:
                    raise

    def over(self, limits: Limits) -> str:
        """Say whether it is over its processor time, which the kernel does not hold it to: "cpu" or ""."""
        return "cpu" if 0 < limits.cpu_seconds < self.cpu_seconds() else ""

    def cpu_seconds(self) -> float:
        """Give the processor seconds used by all that ever was in it; -1: not measured."""
        if self.version == FIRST:
            return _scaled(_number(self.folders.get("cpuacct"), "cpuacct.usage"), 1e-9)
        return _scaled(_keyed(self.folders["cpu"] / "cpu.stat", "usage_usec"), 1e-6)

    def peak(self) -> int:
        """Give the most bytes of memory at once; -1: not measured."""
        return _number(self.folders["memory"], "memory.max_usage_in_bytes" if self.version == FIRST else "memory.peak")

    def oom_kills(self) -> int:
        """Count the processes that the kernel ended for want of memory; -1: not known."""
        name = "memory.oom_control" if self.version == FIRST else "memory.events"
        return _keyed(self.folders["memory"] / name, "oom_kill")

    def refused(self) -> int:
        """Count the processes that were not made because of the limit; -1: not known."""
        return _keyed(self.folders["pids"] / "pids.events", "max")

    def crowded(self, limits: Limits) -> bool:  # noqa: ARG002 -- as the protocol has it
        """Say no: refusals are counted."""
        return False

    def kill(self) -> bool:
        """End every process in it, and say whether none is left."""
        folder = self.folders["pids"]
        if self.version == SECOND:
            with suppress(OSError):  # Linux 5.14
                (folder / "cgroup.kill").write_text("1")
        return _kill(folder, self.folders.get("freezer"))

    def remove(self) -> None:
        """End it and remove it."""
        for folder in dict.fromkeys(self.folders.values()):
            remove_group(folder)


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups can be made: ``folders`` maps controllers to folders; version 2 has one folder for all."""

    version: int
    folders: dict[str, Path] = field(default_factory=dict)

    @property
    def strict(self) -> bool:
        """Say whether memory, processes and processor time can be limited."""
        return {"memory", "pids", "cpu"} <= self.folders.keys()

    def below(self, name: str) -> Place:
        """Make a folder in each; raises OSError."""
        made = Place(self.version, {key: folder / name for key, folder in self.folders.items()})
        for folder in set(made.folders.values()):
            folder.mkdir(exist_ok=True)
            if self.version == SECOND:
                with suppress(OSError):  # a leaf, or a controller that is not there
                    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in _V2))
        return made

    def group(self, name: str, limits: Limits) -> ControlGroup:
        """Make a command's group with its limits; raises OSError."""
        folders = {key: folder / name for key, folder in self.folders.items()}
        for folder in set(folders.values()):
            folder.mkdir()
        made = ControlGroup(self.version, folders)
        made.limit(limits)
        return made

    def remove(self) -> None:
        """End and remove all that is below, and the folders themselves."""
        for folder in set(self.folders.values()):
            remove_group(folder)


def _settings(version: int, limits: Limits) -> list[tuple[str, str, str, bool]]:
    """Give controller, file, value, and whether it is needed; without swap accounting, swap is out of our hands."""
    memory, processes, quota = str(limits.memory), str(limits.processes), max(1000, int(limits.cpus * _PERIOD))
    if version == FIRST:
        return [
            ("memory", "memory.swappiness", "0", False),
            ("memory", "memory.limit_in_bytes", memory, True),
            ("memory", "memory.memsw.limit_in_bytes", memory, False),
            ("pids", "pids.max", processes, True),
            ("cpu", "cpu.cfs_period_us", str(_PERIOD), True),
            ("cpu", "cpu.cfs_quota_us", str(quota), True),
        ]
    return [
        ("memory", "memory.max", memory, True),
        ("memory", "memory.swap.max", "0", False),
        ("memory", "memory.oom.group", "1", False),
        ("pids", "pids.max", processes, True),
        ("cpu", "cpu.max", f"{quota} {_PERIOD}", True),
    ]


def _number(folder: Path | None, name: str) -> int:
    try:
        return int((folder / name).read_text()) if folder else -1
    except (OSError, ValueError):
        return -1


def _scaled(value: int, unit: float) -> float:
    return value * unit if value >= 0 else -1.0


def _keyed(path: Path, key: str) -> int:
    try:
        return next((int(line.split()[1]) for line in path.read_text().splitlines() if line.split()[0] == key), -1)
    except (OSError, ValueError, IndexError):
        return -1


def _kill(folder: Path, freezer: Path | None = None) -> bool:
    """Send SIGKILL until nobody is left. Frozen ones cannot fork away meanwhile; they die when they thaw."""
    end = time.monotonic() + _PATIENCE
    while True:
        left = [int(pid) for pid in members(folder)]
        if not left:
            return True
        if time.monotonic() > end:
            return False
        if freezer:
            with suppress(OSError):
                (freezer / "freezer.state").write_text("FROZEN")
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if freezer:
            with suppress(OSError):
                (freezer / "freezer.state").write_text("THAWED")
        time.sleep(0.002)


def members(folder: Path) -> list[str]:
    """Give the processes in a group, not those in groups below it."""
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
    _kill(folder)
    end = time.monotonic() + _PATIENCE
    while folder.exists():
        with suppress(OSError):
            folder.rmdir()
            return
        if time.monotonic() > end:
            return
        time.sleep(0.002)
