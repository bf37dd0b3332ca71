"""Measuring: git's own reading time, and what a process tree costs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a process and everything it waited for cost: seconds, MB of the largest single process, exit code."""

    cpu: float
    wall: float
    peak: float
    code: int


def cost(command: list[str], *, stdin: Path | None = None, cwd: Path | None = None) -> Cost:
    """Run a command to its end, its output thrown away."""
    began = time.perf_counter()
    with (stdin.open("rb") if stdin else open(os.devnull, "rb")) as source, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL, stderr=errors, cwd=cwd)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 3}:
            errors.seek(0)
            sys.exit(f"{' '.join(command)} failed: {errors.read().decode('utf-8', 'replace')[-2000:]}")
    wall = time.perf_counter() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, process.returncode)


def head_blobs(git_dir: Path) -> tuple[list[str], int]:
    """List the distinct regular blobs of HEAD and count their bytes."""
    out = subprocess.run(
        ["git", f"--git-dir={git_dir}", "ls-tree", "-r", "-z", "-l", "--full-tree", "HEAD"],
        capture_output=True,
        check=True,
    ).stdout
    sizes: dict[str, int] = {}
    for entry in out.split(b"\0"):
        if entry[:3] == b"100":
            _, _, blob, size = entry.split(b"\t")[0].split()
            sizes[blob.decode()] = int(size)
    return list(sizes), sum(sizes.values())


def floor(git_dir: Path, rounds: int = 3) -> tuple[float, int]:
    """Measure ``git cat-file --batch --buffer`` over HEAD's blobs: median CPU seconds, bytes."""
    blobs, size = head_blobs(git_dir)
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "ids"
        listed.write_text("\n".join(blobs) + "\n")
        command = ["git", f"--git-dir={git_dir}", "cat-file", "--batch", "--buffer"]
        return statistics.median(cost(command, stdin=listed).cpu for _ in range(rounds)), size
