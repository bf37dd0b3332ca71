"""Control groups, version 1 and 2: a job's group holds one group for each command; they limit, measure and end it.

Sources: Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codestrata.sandbox.base import Limits

_PERIOD = 100_000
#: Seconds that the processes of a group get to be gone after SIGKILL.
_PATIENCE = 5.0
_V1 = ("memory", "pids", "cpu", "cpuacct", "freezer")
_V2 = ("memory", "pids", "cpu")


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
            if self.version == 2:
                with suppress(OSError):  # a leaf, or a controller that is not there
                    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in _V2))
        return made

    def group(self, name: str, limits: Limits) -> Group:
        """Make a command's group with its limits; raises OSError."""
        folders = {key: folder / name for key, folder in self.folders.items()}
        for folder in set(folders.values()):
            folder.mkdir()
        made = _Second(next(iter(folders.values()))) if self.version == 2 else _First(folders)
        made.limit(limits)
        return made

    def remove(self) -> None:
        """End and remove all that is below, and the folders themselves."""
        for folder in set(self.folders.values()):
            remove_group(folder)


def find(root: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc/self")) -> Place | None:
    """Find where this process may make control groups; None where it may not."""
    try:
        mounts = _mounts((proc / "mountinfo").read_text(), root)
        paths = _paths((proc / "cgroup").read_text())
    except OSError:
        return None
    folders = {name: _inside(mounts[name], paths.get(name, "/")) for name in _V1 if name in mounts}
    first = Place(1, {name: folder for name, folder in folders.items() if _writable(folder)})
    if first.strict:
        return first
    if "" in mounts:
        return _second(*mounts[""][:1], _inside(mounts[""], paths.get("", "/")))
    return None


def usable() -> Place | None:
    """Find where groups can be made, and make one for real; None where that fails."""
    place = find()
    if not place:
        return None
    made: Place | None = None
    try:
        made = place.below(f"strata-try.{os.getpid()}")
        made.group("c", Limits()).remove()
    except OSError:
        return None
    finally:
        if made:
            made.remove()
    return place


def _mounts(text: str, root: Path) -> dict[str, tuple[Path, str]]:
    """Read mountinfo: controller → (where it is mounted, which part of it); "" is version 2. Source: proc(5)."""
    found: dict[str, tuple[Path, str]] = {}
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        part, point = left.split()[3:5]
        kind, _, options = right.split(maxsplit=2)
        if not Path(point).is_relative_to(root):
            continue
        if kind == "cgroup2":
            found[""] = (Path(point), part)
        elif kind == "cgroup":
            found |= {name: (Path(point), part) for name in options.split(",") if name in _V1}
    return found


def _paths(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        _, names, path = line.split(":", 2)
        found |= dict.fromkeys(names.split(","), path)
    return found


def _inside(mount: tuple[Path, str], path: str) -> Path:
    """Give the folder of a group under its mount, which may show only a part of the hierarchy."""
    point, part = mount
    inner = os.path.relpath(path, part)
    return point if inner.startswith("..") else point / inner


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _second(top: Path, own: Path) -> Place | None:
    """Find the nearest folder of version 2, from our own up, that gives its children the controllers we need."""
    for folder in (own, *own.parents):
        if not folder.is_relative_to(top):
            return None
        with suppress(OSError):
            control = folder / "cgroup.subtree_control"
            if missing := set(_V2) - set(control.read_text().split()):
                control.write_text(" ".join(f"+{name}" for name in sorted(missing)))
            if set(_V2) <= set(control.read_text().split()) and _writable(folder):
                return Place(2, dict.fromkeys(_V2, folder))
    return None


class _First:
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


class _Second:
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
