"""Who made a thing outside the process: ``<pid>:<start time>``, so that what a dead owner left is found."""

from __future__ import annotations

import os
from pathlib import Path


def me() -> str:
    """Name this process, distinct from any later one with the same number."""
    return f"{os.getpid()}:{_started(os.getpid())}"


def alive(owner: str) -> bool:
    """Say whether the process that a name stands for still runs; a name that cannot be read stands for none."""
    pid, _, started = owner.partition(":")
    return pid.isdigit() and started != "" and _started(int(pid)) == started


def _started(pid: int) -> str:
    """Give when a process began, in clock ticks since the machine did; "" when there is none (proc(5), field 22)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return fields[19] if fields[0] not in {"Z", "X"} else ""
