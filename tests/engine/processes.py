"""Looking after processes in tests: who descends from whom, who still lives, waiting for something to be so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """List a process and all that descend from it, parents first; source: proc(5), stat fields 1 and 4."""
    children: dict[int, list[int]] = {}
    for one in os.listdir("/proc"):  # noqa: PTH208 -- a glob would stat each, and some have gone
        if not one.isdecimal():
            continue
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(one))
    found = [pid]
    for process in found:
        found += children.get(process, [])
    return found


def alive(pid: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is so; says whether it came to be."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
