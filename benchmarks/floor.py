"""Measuring: git's own reading time, and what a process tree costs."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

#: prctl(2): orphans of our children become ours, so that workers whose parent has ended are counted too.
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """What a process and all its descendants cost: seconds, MB of the largest single process, exit code, output."""

    cpu: float
    wall: float
    peak: float
    code: int
    said: str = ""


def environment() -> dict[str, str]:
    """Give the environment commands run in: Python keeps compiled modules, as it does for users, in a cache of ours."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(Path.home() / ".cache" / "codestrata-bench" / "compiled")}


def cost(command: list[str], *, stdin: Path | None = None) -> Cost:
    """Run a command to the end of its last descendant; ends the benchmark when it fails."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.perf_counter()
    with (
        (stdin or Path(os.devnull)).open("rb") as source,
        tempfile.TemporaryFile() as told,
        tempfile.TemporaryFile() as errors,
    ):
        process = subprocess.Popen(command, stdin=source, stdout=told, stderr=errors, env=environment())
        cpu, peak, wall = _reap(process, began)
        said, wrong = (_text(file) for file in (told, errors))
    if process.returncode not in {0, 3}:
        sys.exit(f"{' '.join(command)} failed: {wrong[-2000:]}")
    return Cost(cpu, wall, peak, process.returncode, said)


def _reap(process: subprocess.Popen[bytes], began: float) -> tuple[float, float, float]:
    """Wait for a process and the orphans it leaves; gives CPU seconds, MB of the largest, seconds to its own end."""
    cpu, peak, wall = 0.0, 0, 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return cpu, peak / 1024, wall
        cpu, peak = cpu + usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss)
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - began


def _text(file: object) -> str:
    """Give the last 2 MB of what a process wrote."""
    file.seek(0)  # type: ignore[attr-defined]
    return str(file.read()[-2_000_000:].decode("utf-8", "replace"))  # type: ignore[attr-defined]


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
            if size.isdigit():  # else it is not there
                sizes[blob.decode()] = int(size)
    return list(sizes), sum(sizes.values())


def floor(git_dir: Path, rounds: int = 3) -> tuple[float, int]:
    """Measure ``git cat-file --batch --buffer`` over HEAD's blobs: median CPU seconds, bytes."""
    blobs, size = head_blobs(git_dir)
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "ids"
        listed.write_text("\n".join(blobs) + "\n")
        command = ["git", f"--git-dir={git_dir}", "cat-file", "--batch", "--buffer"]
        return statistics.median(cost_quiet(command, stdin=listed) for _ in range(rounds)), size


def cost_quiet(command: list[str], *, stdin: Path) -> float:
    """Run a command with its output thrown away; gives its CPU seconds."""
    with stdin.open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime
