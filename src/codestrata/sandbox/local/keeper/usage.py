"""What a command uses, added up from /proc: for hosts where control groups cannot be made."""

from __future__ import annotations

import os

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def members(top: int) -> list[int]:
    """Give a process and all below it."""
    found = {int(pid): stat for pid in os.listdir("/proc") if pid.isdigit() and (stat := _stat(pid))}
    children: dict[int, list[int]] = {}
    for pid, stat in found.items():
        children.setdefault(int(stat[1]), []).append(pid)
    wanted, out = [top], []
    while wanted:
        pid = wanted.pop()
        out.append(pid)
        wanted += children.get(pid, ())
    return out


def of(top: int) -> dict[str, float]:
    """Give threads, bytes of memory (shared pages count once for each process), processor seconds; all below ``top``."""
    stats = [stat for pid in members(top) if (stat := _stat(str(pid)))]
    return {
        "processes": sum(int(stat[17]) for stat in stats),
        "memory": sum(int(stat[21]) for stat in stats) * _PAGE,
        "cpu_seconds": sum(int(stat[at]) for stat in stats for at in (11, 12, 13, 14)) / _TICKS,
    }


def _stat(pid: str) -> list[str]:
    """Give the fields of /proc/PID/stat from the third on (so ``[1]`` is the parent); [] when it is gone. Source: proc(5)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []
