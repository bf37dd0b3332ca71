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


def of(top: int, *, exact: bool = False) -> dict[str, float]:
    """Give threads, bytes of memory and processor seconds of a process and all below it.

    Memory that is shared counts once for each process; ``exact``: it is shared out among them, which takes longer.
    """
    stats = [(pid, stat) for pid in members(top) if (stat := _stat(str(pid)))]
    return {
        "processes": sum(int(stat[17]) for _, stat in stats),
        "memory": sum(_share(pid) if exact else int(stat[21]) * _PAGE for pid, stat in stats),
        "cpu_seconds": sum(int(stat[at]) for _, stat in stats for at in (11, 12, 13, 14)) / _TICKS,
    }


def _share(pid: int) -> int:
    """Give a process's share of memory, in bytes: Pss in /proc/PID/smaps_rollup."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return next((int(line.split()[1]) << 10 for line in file if line.startswith("Pss:")), 0)
    except OSError:
        return 0


def _stat(pid: str) -> list[str]:
    """Give the fields of /proc/PID/stat from the third on ([1]: the parent); [] when it is gone. Source: proc(5)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []
