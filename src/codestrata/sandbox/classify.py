"""From how a command ended, and what was seen meanwhile, to its class. Every runner asks here; nothing is guessed."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Command, Connection, Exit, Limits, Usage

#: What programs print when writing is refused: strerror(ENOSPC), strerror(EDQUOT).
DISK_WORDS = (b"No space left on device", b"Disk quota exceeded")
#: What programs print when a process or a thread is refused: strerror(EAGAIN), the shells, Python, Java.
FORK_WORDS = (
    b"Resource temporarily unavailable",
    b"annot fork",
    b"start new thread",
    b"unable to create native thread",
)
_SIGNALS = 128
_FILE_TOO_LARGE = _SIGNALS + signal.SIGXFSZ
_BAD_CALL = _SIGNALS + signal.SIGSYS


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended, and what its runner saw.

    ``code`` is its exit status (128 + n after signal n). ``broken``: what of the runner failed, in words, or "".
    ``ended_by``: why the runner ended it: "wall", "cpu", "memory", "processes", "disk", "cancel", or "". ``outside``: a
    signal that ended what the command itself cannot reach. ``oom_kills`` and ``refused`` count processes (-1: not
    known). ``disk_full``: at its end the disk had no room left; ``disk_low``: at some time it had nearly none;
    ``disk_said``: its output speaks of it. The rest is as in Usage.
    """

    code: int = 0
    broken: str = ""
    ended_by: str = ""
    outside: int = 0
    oom_kills: int = -1
    refused: int = -1
    disk_full: bool = False
    disk_low: bool = False
    disk_said: bool = False
    connections: tuple[Connection, ...] = ()
    cpu_seconds: float = -1.0
    memory: int = -1
    output: int = 0


def ended(ending: Ending, command: Command, wall: float) -> Exit:
    """Give what the port tells of a command's end; ``wall`` is seconds."""
    result, reason = classify(ending, command.limits)
    usage = Usage(wall, ending.cpu_seconds, ending.memory, ending.output)
    return Exit(ending.code, result, reason, _evidence(ending, command, wall), usage, ending.connections)


def classify(ending: Ending, limits: Limits) -> tuple[ResultClass, str]:
    """Give the class, and one sentence for people ("" after success)."""
    if ending.ended_by:
        return _by_runner(ending.ended_by, limits)
    if ending.broken:
        return ResultClass.INFRA, ending.broken
    if ending.outside:
        return (ResultClass.OOM, _oom(ending)) if ending.oom_kills > 0 else (ResultClass.KILLED, _killed(ending))
    if ending.code == 0:
        return ResultClass.PASSED, ""
    return _failed(ending)


def _by_runner(reason: str, limits: Limits) -> tuple[ResultClass, str]:
    reasons = {
        "cancel": (ResultClass.CANCELLED, "it was cancelled"),
        "wall": (ResultClass.TIMEOUT, f"it took longer than {limits.wall:g} s"),
        "cpu": (ResultClass.TIMEOUT, f"it used more than {limits.cpu_seconds:g} s of processor time"),
        "memory": (ResultClass.OOM, f"it used more than {limits.memory} bytes of memory"),
        "processes": (ResultClass.POLICY, f"it had more than {limits.processes} processes and threads"),
        "disk": (ResultClass.DISK, f"its job wrote more than {limits.disk} bytes"),
    }
    return reasons[reason]


def _failed(ending: Ending) -> tuple[ResultClass, str]:
    """Tell why a command failed, as far as there is evidence; what is left is the code's own doing."""
    if ending.oom_kills > 0:
        return ResultClass.OOM, _oom(ending)
    if ending.code == _FILE_TOO_LARGE or ending.disk_full or (ending.disk_low and ending.disk_said):
        return ResultClass.DISK, "it was refused more disk"
    if ending.refused > 0:
        return ResultClass.POLICY, f"it was refused more processes, {ending.refused} times"
    denied = dict.fromkeys(f"{line.host}:{line.port}" for line in ending.connections if not line.allowed)
    if denied:
        return ResultClass.POLICY, f"it asked for hosts that it may not reach: {', '.join(denied)}"
    if ending.code == _BAD_CALL:
        return ResultClass.POLICY, "a system call that is not allowed ended it (SIGSYS)"
    signalled = f" (signal {ending.code - _SIGNALS})" if ending.code > _SIGNALS else ""
    return ResultClass.FAILED, f"it ended with {ending.code}{signalled}"


def _oom(ending: Ending) -> str:
    return f"the kernel ended {ending.oom_kills} of its processes for want of memory"


def _killed(ending: Ending) -> str:
    return f"signal {ending.outside} from outside ended it"


def _evidence(ending: Ending, command: Command, wall: float) -> dict[str, Any]:
    """Give what the class was told by, and what was seen beside it; what was not seen is left out."""
    found = {
        "seconds": round(wall, 3),
        "signal": max(ending.code - _SIGNALS, 0),
        "oom_kills": max(ending.oom_kills, 0),
        "processes_refused": max(ending.refused, 0),
        "disk_full": ending.disk_full,
        "disk_low": ending.disk_low,
        "disk_said": ending.disk_said,
        "ended_by": ending.ended_by,
        "output_dropped": max(ending.output - command.limits.output, 0),
        "connections_denied": sum(not line.allowed for line in ending.connections),
    }
    return {name: value for name, value in found.items() if value}
