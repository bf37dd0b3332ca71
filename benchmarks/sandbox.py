"""What the sandbox costs: one step, and whole pipelines, beside container engines and a CI peer in the same run.

``python benchmarks/sandbox.py [--jobs N]``. A step is ``true``. In ours a room is made once for a job and its steps run
in it; the engines' own clients make a container for each. Pipelines are N jobs of one such step, two at once, none
needs another; for both, the time is that of the whole command, from a repository that is there. The peer (act) runs
jobs on the host without any isolation: it is what a runner costs that protects nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import quantiles

from codestrata.errors import StrataError
from codestrata.sandbox import table
from codestrata.sandbox.base import Command, Job, Runner
from codestrata.settings.sandbox import SandboxSettings
from engines import ACT, HARDENED, PODMAN, Dockerd, Podman, act, act_command

#: Steps that are timed, for what is fast and for what is slow.
MANY, FEW = 100, 20
PAIRS = 2
GIT = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org"]


def timed(call: Callable[[], object], count: int) -> list[float]:
    """Give the seconds of each of so many calls, after two that do not count."""
    found = []
    for _ in range(count + 2):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return found[2:]


def points(seconds: Iterable[float]) -> tuple[float, float]:
    """Give the median and the 99th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1e3, cuts[98] * 1e3


def row(what: str, seconds: list[float], base: float = 0.0) -> float:
    """Print a line of the table; gives the median, in milliseconds."""
    middle, high = points(seconds)
    ratio = f"{middle / base:>8.1f}" if base else f"{'1':>8}"
    print(f"  {what:<50}{middle:>10.1f}{high:>10.1f}{ratio}", flush=True)
    return middle


def said(what: str, why: str) -> None:
    """Print why a line is missing."""
    print(f"  {what:<50}skipped: {why}", flush=True)


def plain(command: list[str]) -> Callable[[], object]:
    """Give a call that runs a command and wants it to succeed."""
    return lambda: subprocess.run(command, check=True, capture_output=True)


def step_of(runner: Runner, scratch: Path, base: float, what: str, count: int) -> None:
    """Time making and removing a room, and steps in one room."""
    tree = scratch / "tree"
    tree.mkdir(exist_ok=True)
    (tree / "file").write_text("x")
    ids = iter(range(10_000))

    def room() -> None:
        runner.destroy(runner.prepare(Job(id=f"bench-{os.getpid()}-{next(ids)}", tree=tree)))

    rooms = timed(room, FEW)
    kept = runner.prepare(Job(id=f"bench-{os.getpid()}-kept", tree=tree))

    def step() -> None:
        handle = runner.start(kept, Command(script="true"))
        for _ in runner.stream(handle):
            pass
        ended = runner.wait(handle)
        assert ended.code == 0, ended

    try:
        row(f"{what}: a step in a room", timed(step, count), base)
    finally:
        runner.destroy(kept)
    row(f"{what}: making and removing a room", rooms, base)


def steps(scratch: Path) -> None:
    """Print the table of steps."""
    print(f"one step, `true`{'':<36}{'p50 ms':>10}{'p99 ms':>10}{'x plain':>8}")
    base = row("a plain process (sh -c true)", timed(plain(["sh", "-c", "true"]), MANY))
    ours("local", SandboxSettings(), scratch, base, MANY)
    if why := Dockerd.why_not():
        said("docker", why)
    else:
        with Dockerd() as engine:
            ours("docker", SandboxSettings(docker_host=engine.address), scratch, base, FEW)
            run = engine.client("run", *HARDENED, "codestrata-bench:1", "true")
            row("docker run, a container for it", timed(plain(run), FEW), base)
    if why := Podman.why_not():
        said("podman", why)
        return
    engine = Podman(scratch)
    if why := engine.prepare():
        said("podman", why)
        return
    row("podman run, a container for it", timed(plain(engine.run("true")), FEW), base)


def ours(name: str, settings: SandboxSettings, scratch: Path, base: float, count: int) -> None:
    """Time a runner of ours, if it can be used here."""
    try:
        runner = table.open_runner(name, settings, scratch)
        caps = runner.probe()
    except ImportError as error:
        said(f"ours, {name}", str(error))
        return
    if not caps.usable:
        said(f"ours, {name}", caps.reason)
        return
    try:
        step_of(runner, scratch, base, f"ours, {name}", count)
    except StrataError as error:
        said(f"ours, {name}", str(error))


def pipelines(scratch: Path, jobs: int) -> None:
    """Print the table of whole pipelines."""
    print(f"\n{jobs} jobs of one step, two at once; the whole command{'':<4}{'seconds':>10}{'jobs/s':>10}")
    made = act()
    if isinstance(made, str):
        said("act, on the host without isolation", made)
    else:
        command = act_command(made, scratch / "act", jobs)
        home = {**os.environ, "HOME": str(scratch), "XDG_CACHE_HOME": str(scratch / "cache")}
        whole("act, on the host without isolation", jobs, command, scratch / "act", home)
    commanded("local", scratch, jobs, {})
    if Dockerd.why_not():
        said("strata ci run, docker", Dockerd.why_not())
        return
    with Dockerd() as engine:
        commanded("docker", scratch, jobs, {"STRATA_SANDBOX__DOCKER_HOST": engine.address})


def commanded(runner: str, scratch: Path, jobs: int, more: dict[str, str]) -> None:
    """Time ``strata ci run``; the repository is known to the workspace after the first call, which does not count."""
    folder = scratch / f"run-{runner}"
    tree = folder / "tree"
    tree.mkdir(parents=True)
    (tree / "file").write_text("x")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "bench"]):
        subprocess.run([*GIT, "-C", str(tree), *words], check=True, capture_output=True)
    lines = [f'  j{n}: {{steps: [{{run: "true"}}]}}' for n in range(jobs)]
    isolation = "container" if runner == "docker" else "userns"
    (folder / "p.yaml").write_text(
        f"version: 1\ndefaults: {{isolation: {isolation}}}\njobs:\n" + "\n".join(lines) + "\n"
    )
    strata = [sys.executable, "-m", "codestrata.cli", "--log", "none", "-w", str(folder / "w"), "ci", "run"]
    command = [*strata, str(folder / "p.yaml"), "--repo", str(tree), "--runner", runner, "-j", "2", "--again"]
    whole(f"ours, {runner}: strata ci run", jobs, command, folder, {**os.environ, **more})


def queue(scratch: Path, count: int) -> None:
    """Print how long runs of a fleet wait: the first for workers, the others once one of two places is free."""
    print(f"\na fleet of {count} repositories, two at once{'':<16}{'p50 ms':>10}{'p99 ms':>10}")
    folder = scratch / "fleet"
    for n in range(count):
        tree = folder / f"r{n}"
        tree.mkdir(parents=True)
        (tree / "file").write_text(str(n))
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "bench"]):
            subprocess.run([*GIT, "-C", str(tree), *words], check=True, capture_output=True)
    (folder / "list.csv").write_text("path\n" + "".join(f"r{n}\n" for n in range(count)))
    (folder / "p.yaml").write_text('version: 1\njobs:\n  j: {steps: [{run: "true"}]}\n')
    strata = [sys.executable, "-m", "codestrata.cli", "--log", "none", "-w", "w"]
    for words in (["discover", "list.csv"], ["ingest"], ["ci", "fleet", "p.yaml", "-j", "2", "--runner", "local"]):
        done = subprocess.run([*strata, *words], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            said("queue to start", (done.stderr or done.stdout).strip().splitlines()[-1][:200])
            return
    with sqlite3.connect(folder / "w" / "catalogue.sqlite") as ledger:
        rows = ledger.execute("select created, started, finished from task where stage = 'ci.run'").fetchall()
    starts, ends = sorted(row[1] for row in rows), sorted(row[2] for row in rows)
    first = [start - rows[0][0] for start in starts[:2]]
    pauses = [start - end for start, end in zip(starts[2:], ends, strict=False)]
    for what, seconds in (
        ("asked for → first started: workers begin", first),
        ("a place is free → the next started", pauses),
    ):
        middle, high = points(seconds)
        print(f"  {what:<50}{middle:>10.1f}{high:>10.1f}", flush=True)


def whole(what: str, jobs: int, command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command once, then time it: the best of the pairs."""
    best = float("inf")
    for turn in range(PAIRS + 1):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said(what, (done.stderr or done.stdout).strip().splitlines()[-1][:200])
            return
        best = min(best, time.perf_counter() - start) if turn else best
    print(f"  {what:<50}{best:>10.2f}{jobs / best:>10.1f}", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=20)
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="bench-sandbox-"))
    try:
        steps(scratch)
        pipelines(scratch, given.jobs)
        queue(scratch, given.jobs)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(
        f"\nflags: containers {' '.join(HARDENED)}; podman {' '.join(PODMAN)}; peer {ACT} -P ubuntu-latest=-self-hosted"
    )


if __name__ == "__main__":
    main()
