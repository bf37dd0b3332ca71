"""From how a command ended, and what was seen meanwhile, to its class. Every runner asks here; nothing is guessed."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Connection

#: What programs print when writing is refused: strerror(ENOSPC), strerror(EDQUOT).
DISK_WORDS = (b"No space left on device", b"Disk quota exceeded")
_FILE_TOO_LARGE = 128 + signal.SIGXFSZ
_BAD_CALL = 128 + signal.SIGSYS


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended, and what its runner saw.

    ``code`` is its exit status (128 + n after signal n). ``broken``: what of the runner failed, in words, "" if nothing.
    ``ended_by``: why the runner ended it: "wall", "cpu", "memory", "processes", "cancel", or "". ``outside``: a signal
    that ended what the command itself cannot reach. ``oom_kills`` and ``refused`` count processes (-1: not known).
    ``disk_full``: at its end the disk had no room left; ``disk_low``: at some time it had nearly none; ``disk_said``:
    its output speaks of it.
    """

    code: int = 0
    broken: str = ""
    ended_by: str = ""
    outside: int = 0
    oom_kills: int = 0
    refused: int = 0
    disk_full: bool = False
    disk_low: bool = False
    disk_said: bool = False
    connections: tuple[Connection, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)


def classify(end: Ending) -> tuple[ResultClass, str]:
    """Give the class and one sentence for people ("" after success)."""
    if end.ended_by == "cancel":
        return ResultClass.CANCELLED, "It was cancelled."
    if end.broken:
        return ResultClass.INFRA, end.broken
    if end.ended_by in _ENDED:
        result, words = _ENDED[end.ended_by]
        return result, words.format(**{"limit": end.limits.get(end.ended_by, "?")})
    if end.code == 0 and not end.outside:
        return ResultClass.PASSED, ""
    return _failed(end)


_ENDED = {
    "wall": (ResultClass.TIMEOUT, "It took longer than {limit} seconds."),
    "cpu": (ResultClass.TIMEOUT, "It used more than {limit} seconds of processor time."),
    "memory": (ResultClass.OOM, "It used more than {limit} bytes of memory."),
    "processes": (ResultClass.POLICY, "It made more than {limit} processes and threads."),
}


def _failed(end: Ending) -> tuple[ResultClass, str]:
    if end.oom_kills > 0:
        return ResultClass.OOM, f"The kernel ended {end.oom_kills} of its processes for want of memory."
    if end.outside:
        return ResultClass.KILLED, f"Signal {end.outside} from outside ended it."
    if end.code == _FILE_TOO_LARGE or end.disk_full or (end.disk_low and end.disk_said):
        return ResultClass.DISK, "It was refused more disk."
    if end.refused > 0:
        return ResultClass.POLICY, f"It was refused more processes, {end.refused} times."
    denied = [f"{line.host}:{line.port}" for line in end.connections if not line.allowed]
    if denied:
        return ResultClass.POLICY, f"It asked for hosts that it may not reach: {', '.join(dict.fromkeys(denied))}."
    if end.code == _BAD_CALL:
        return ResultClass.POLICY, "A system call that is not allowed ended it (SIGSYS)."
    if end.code > 128:  # noqa: PLR2004 -- exit statuses of signals
        return ResultClass.FAILED, f"It ended with {end.code} (signal {end.code - 128})."
    return ResultClass.FAILED, f"It ended with {end.code}."
