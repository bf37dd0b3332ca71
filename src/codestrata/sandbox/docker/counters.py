"""A command's own control group above its container's: it outlives the container, so its figures are exact.

Only where the engine makes control groups itself (driver cgroupfs) on this machine and we are root; elsewhere the
engine's word on memory is all there is. Source: Engine API, HostConfig.CgroupParent.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codestrata.sandbox.base import Limits
from codestrata.sandbox.docker.engine import Engine
from codestrata.sandbox.local.groups import Group, Place

_ROOT = Path("/sys/fs/cgroup")
_V1 = ("memory", "pids", "cpu", "cpuacct", "freezer")
_V2 = ("memory", "pids", "cpu")
_PREFIX = "codestrata-"
#: Seconds that processes and groups get to be gone.
_PATIENCE = 5.0


@dataclass(slots=True)
class Counters:
    """One command's group: ``parent`` is what the engine is told."""

    group: Group
    parent: str
    peaks: list[Path]
    limit: int

    @property
    def at_limit(self) -> bool:
        """Say whether as many processes as allowed were there at once."""
        for peak in self.peaks:
            with suppress(OSError, ValueError):
                return int(peak.read_text()) >= self.limit
        return False

    def kill(self) -> None:
        """End every process in it and in the engine's groups below it, until none is left or patience is."""
        _kill(self.parent)

    def remove(self) -> None:
        """End what is in it, remove it."""
        _clear(self.parent)


def place(engine: Engine, job: str) -> Place | None:
    """Make the job's place for groups, or give None where there can be none."""
    info = engine.info
    if os.geteuid() or not engine.here or info.get("CgroupDriver") != "cgroupfs" or "rootless" in engine.options:
        return None
    if str(info.get("CgroupVersion", "1")) == "2":
        top = Place(2, dict.fromkeys(_V2, _ROOT))
    else:
        top = Place(1, {name: _ROOT / name for name in _V1 if os.access(_ROOT / name, os.W_OK)})
    try:
        return top.below(f"{_PREFIX}{job}") if top.strict else None
    except OSError:
        return None


def counters(where: Place | None, job: str, name: str, limits: Limits) -> Counters | None:
    """Make a command's group."""
    if not where:
        return None
    try:
        group = where.group(name, limits)
    except OSError:
        return None
    peaks = [where.folders["pids"] / name / "pids.peak"]
    return Counters(group, f"/{_PREFIX}{job}/{name}", peaks, limits.processes)


def clear(job: str) -> None:
    """Remove a job's groups, in every hierarchy."""
    _clear(f"/{_PREFIX}{job}")


def _clear(parent: str) -> None:
    """Remove a group everywhere: the engine makes its own below ours in hierarchies that we do not use.

    A group is busy for a moment after its last process is gone.
    """
    _kill(parent)
    end = time.monotonic() + _PATIENCE
    while left := [folder for top in _tops(parent) for folder in _deepest_first(top)]:
        for folder in left:
            with suppress(OSError):
                folder.rmdir()
        if time.monotonic() > end:
            return
        time.sleep(0.005)


def _kill(parent: str) -> None:
    end = time.monotonic() + _PATIENCE
    while members := {pid for top in _tops(parent) for folder in _deepest_first(top) for pid in _members(folder)}:
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > end:
            return
        time.sleep(0.005)


def _members(folder: Path) -> list[int]:
    with suppress(OSError):
        return [int(pid) for pid in (folder / "cgroup.procs").read_text().split() if pid != "0"]
    return []


def _tops(parent: str) -> list[Path]:
    """Give the group in every hierarchy that has it."""
    hierarchies = [_ROOT, *(path for path in _ROOT.iterdir() if path.is_dir())] if _ROOT.is_dir() else []
    places = [top / parent.lstrip("/") for top in hierarchies]
    return [place for place in places if place.is_dir()]


def _deepest_first(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        for child in [child for child in folder.iterdir() if child.is_dir()]:
            yield from _deepest_first(child)
    if folder.is_dir():
        yield folder
