"""What stratas with rooms leave on a machine: mounts, devices, processes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.engine.processes import descendants


def left(root: Path) -> list[str]:
    """Name what rooms of a workspace left on this machine, besides files that the next holder sweeps."""
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(root) in line]
    asked = ["losetup", "--list", "--noheadings", "--output", "BACK-FILE"]
    devices = subprocess.run(asked, check=False, capture_output=True, text=True)
    return mounts + [line for line in devices.stdout.splitlines() if str(root) in line]


def asleep(pid: int, seconds: int) -> list[int]:
    """List the processes below one that are ``sleep SECONDS``."""
    return [one for one in descendants(pid) if _words(one) == ["sleep", str(seconds)]]


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
    except OSError:
        return []
