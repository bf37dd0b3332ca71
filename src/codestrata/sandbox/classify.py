"""From how a command ended, and what was seen meanwhile, to its class. Every runner asks here; nothing is guessed."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field, replace
from typing import Any

from codestrata.model.result import ResultClass
from codestrata.sandbox import blame
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
#: Hosts that evidence names.
_MOST_HOSTS = 10
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
    ``disk_said``: its output speaks of it. ``host_full``: at some time the host's own disk, on which the room's lies,
    had no room left. ``tail`` is its last output, ``seconds`` its wall time. The rest is as in Usage.
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
    host_full: bool = False
    tail: bytes = field(default=b"", repr=False)
    seconds: float = -1.0
    connections: tuple[Connection, ...] = ()
    cpu_seconds: float = -1.0
    memory: int = -1
    output: int = 0


def ended(ending: Ending, command: Command, wall: float, image: str = "") -> Exit:
    """Give what the port tells of a command's end; ``wall`` is seconds, ``image`` the digest of what it ran in."""
    ending = replace(ending, seconds=wall)
    result, reason = classify(ending, command.limits)
    usage = Usage(wall, ending.cpu_seconds, ending.memory, ending.output)
    return Exit(ending.code, result, reason, _evidence(ending, command, wall), usage, ending.connections, image)


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
    return _limits(ending) or _network(ending) or _own(ending)


def _limits(ending: Ending) -> tuple[ResultClass, str] | None:
    """Tell what the kernel, or the host, refused it."""
    if ending.oom_kills > 0:
        return ResultClass.OOM, _oom(ending)
    if ending.code == _FILE_TOO_LARGE or ending.disk_full or (ending.disk_low and ending.disk_said):
        return ResultClass.DISK, "it was refused more disk"
    if ending.host_full:
        return ResultClass.INFRA, f"it ended with {ending.code} on a host whose disk was full"
    if ending.refused > 0:
        return ResultClass.POLICY, f"it was refused more processes, {ending.refused} times"
    if ending.code == _BAD_CALL:
        return ResultClass.POLICY, "a system call that is not allowed ended it (SIGSYS)"
    return None


def _own(ending: Ending) -> tuple[ResultClass, str]:
    """Tell how it ended, and what happened beside."""
    signalled = f" (signal {ending.code - _SIGNALS})" if ending.code > _SIGNALS else ""
    beside = blame.told(ending.connections)
    return ResultClass.FAILED, f"it ended with {ending.code}{signalled}" + (f"; {beside}" if beside else "")


def _network(ending: Ending) -> tuple[ResultClass, str] | None:
    """Tell what the proxy did not let through, where the command says that this is why it failed.

    What no rule denied is the surroundings' fault.
    """
    for fault, result in (("denied", ResultClass.POLICY), ("broken", ResultClass.INFRA)):
        if blame.certain(fault, ending.connections, ending.tail, ending.code, ending.seconds):
            reasons = list(dict.fromkeys(one.reason for one in ending.connections if one.fault == fault))
            more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
            return result, f"what it asked the network for was {fault}: {reasons[-1]}{more}"
    return None


def _hosts(ending: Ending, fault: str) -> list[str]:
    """Name the hosts of connections with a fault, as far as they fit a row."""
    return list(dict.fromkeys(f"{one.host}:{one.port}" for one in blame.faults(ending.connections, fault)))[
        :_MOST_HOSTS
    ]


def _oom(ending: Ending) -> str:
    return f"the kernel ended {ending.oom_kills} of its processes for want of memory"


def _killed(ending: Ending) -> str:
    return f"signal {ending.outside} from outside ended it"


def _evidence(ending: Ending, command: Command, wall: float) -> dict[str, Any]:
    """Give what the class was told by, and what was seen beside it; what was not seen is left out."""
    found = {
        "seconds": round(wall, 3),
        "signal": max(ending.code - _SIGNALS, 0),
        "outside": ending.outside,
        "oom_kills": max(ending.oom_kills, 0),
        "processes_refused": max(ending.refused, 0),
        "disk_full": ending.disk_full,
        "disk_low": ending.disk_low,
        "disk_said": ending.disk_said,
        "ended_by": ending.ended_by,
        "output_dropped": max(ending.output - command.limits.output, 0),
        "host_full": ending.host_full,
        "connections_denied": sum(one.fault == "denied" for one in ending.connections),
        "connections_broken": sum(one.fault == "broken" for one in ending.connections),
        "denied": _hosts(ending, "denied"),
        "broken": _hosts(ending, "broken"),
    }
    return {name: value for name, value in found.items() if value}
