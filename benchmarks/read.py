"""What reading HEAD's blobs costs, against git: ``python benchmarks/read.py REPOSITORY… [--rounds N]``.

Per round and repository, one after the other: ``git cat-file --batch --buffer`` with its output thrown away (git's own
floor), the same into a pipe that is drained (what a program pays that takes its bytes; the drain is not counted), and
``Objects.read`` on a fresh ``Objects`` in this process (opening, look-up and planning included). CPU seconds, medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from codestrata.git.objects import Objects
from floor import cost_quiet, head_blobs

COLUMNS = (
    ("git null", 9),
    ("git pipe", 9),
    ("own", 9),
    ("MB/s", 7),
    ("/ null", 7),
    ("/ pipe", 7),
    ("verified", 9),
    ("sizes", 8),
)


def drained(command: list[str], *, stdin: Path) -> float:
    """Run a command whose output is read and forgotten; gives its own CPU seconds."""
    room = bytearray(1 << 20)
    with stdin.open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, bufsize=0)
        while process.stdout.readinto(room):
            pass
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime


def own(git_dir: Path, ids: np.ndarray, *, verify: bool = False) -> tuple[float, int]:
    """Read the blobs natively: CPU seconds of this process, bytes."""
    began = time.process_time()
    objects = Objects(git_dir)
    total = sum(int(batch.offsets[-1]) for batch in objects.read(ids, verify=verify))
    spent = time.process_time() - began
    if len(objects.missing) + len(objects.oversized) + len(objects.damaged):
        print(f"  {len(objects.missing)} missing, {len(objects.oversized)} oversized, {len(objects.damaged)} damaged")
    return spent, total


def sizes(git_dir: Path, ids: np.ndarray) -> float:
    """Look up the sizes of the blobs: CPU seconds."""
    began = time.process_time()
    Objects(git_dir).sizes(ids)
    return time.process_time() - began


def measure(git_dir: Path, rounds: int) -> None:
    """Print one line for one repository."""
    names, size = head_blobs(git_dir)
    ids = np.frombuffer(bytes.fromhex("".join(names)), np.uint8).reshape(len(names), -1)
    command = ["git", f"--git-dir={git_dir}", "cat-file", "--batch", "--buffer"]
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "ids"
        listed.write_text("\n".join(names) + "\n")
        for _ in range(rounds):
            taken.setdefault("null", []).append(cost_quiet(command, stdin=listed))
            taken.setdefault("pipe", []).append(drained(command, stdin=listed))
            taken.setdefault("own", []).append(own(git_dir, ids)[0])
            taken.setdefault("verified", []).append(own(git_dir, ids, verify=True)[0])
            taken.setdefault("sizes", []).append(sizes(git_dir, ids))
    cost = {name: statistics.median(seconds) for name, seconds in taken.items()}
    label = git_dir.parent.name if git_dir.name == "repo" else git_dir.name
    print(
        f"{label:28} {len(names):7} {size / 1e6:8.1f} {cost['null'] * 1e3:9.1f} {cost['pipe'] * 1e3:9.1f}"
        f" {cost['own'] * 1e3:9.1f} {size / 1e6 / cost['own']:7.0f} {cost['own'] / cost['null']:7.2f}"
        f" {cost['own'] / cost['pipe']:7.2f} {cost['verified'] * 1e3:9.1f} {cost['sizes'] * 1e3:8.1f}"
    )


def main() -> None:
    """Measure the repositories named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", type=Path, nargs="+", help="a bare repository")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    print(f"{'CPU in ms':28} {'blobs':>7} {'MB':>8} " + " ".join(f"{name:>{width}}" for name, width in COLUMNS))
    for git_dir in given.repository:
        measure(git_dir, given.rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of this process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
