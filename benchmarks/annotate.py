"""Annotating every blob of HEAD, against git's own reading time over the same blobs.

``python benchmarks/annotate.py [--rounds N] REPOSITORY…`` (bare or working; nothing of it is changed). Annotating is:
list the tree, read, tell encoding, language and licence, count, hash, sign, write Parquet; in one process on one core.
"Start-up" is what the same process costs until it has annotated a header and a licence of three lines and written that,
and knows which commit HEAD is.
The CPU seconds of a part include what it calls; "rest" is what no part accounts for.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from floor import cost, floor

LIMIT = 10_000_000
#: Name key → content: what is annotated before the clock starts, so that tables are loaded and patterns compiled.
FIRST = {
    ".h": b"/* Licensed under the MIT license. */\n#include <stdio.h>\nint add(int a, int b) { return a + b; }\n",
    ".txt|licence": b"MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
}


class Clock:
    """CPU seconds of this process and of the git it starts, by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def book(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function, with its time booked under a part's name."""

        def call(*args: Any, **kwargs: Any) -> Any:
            before = now()
            try:
                return function(*args, **kwargs)
            finally:
                self.spent[part] = self.spent.get(part, 0.0) + now() - before

        return call

    def book_steps(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give the generator function, with the time of its steps booked."""

        def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
            step, end = self.book(part, next), object()
            steps = iter(function(*args, **kwargs))
            while (value := step(steps, end)) is not end:
                yield value

        return call


def now() -> float:
    """Give the CPU seconds of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def child(git_dir: Path) -> None:
    """Annotate a repository in this process and print what it cost."""
    import numpy as np

    import codestrata.analyze.stage  # all that a worker has loaded
    import codestrata.git.tree  # noqa: F401 -- same
    from codestrata.analyze.facts.batch import facts_of
    from codestrata.store.columns import Varlen, concat
    from codestrata.store.tables import Tables

    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(Path(folder))
        first = Varlen.of(FIRST.values(), text=False)
        ids = Varlen.fixed(np.zeros((len(FIRST), 20), np.uint8))
        tables.write("facts", facts_of(ids, list(FIRST), first.data, first.offsets))
        commit = head(git_dir)
        gc.collect()
        gc.freeze()  # as workers are started
        clock, started = booked(), now()
        annotated = list(annotate(git_dir, commit, clock))
        written = clock.book("write", tables.write)("facts", concat(annotated))
    told = {"startup": started, "work": now() - started, "rows": written.rows, "bytes": written.bytes}
    print(json.dumps(told | {"parts": clock.spent}))


def booked() -> Clock:
    """Put a clock on the parts."""
    from codestrata.analyze import licence
    from codestrata.analyze.facts import batch
    from codestrata.analyze.language import Detector
    from codestrata.git.objects import Objects

    clock = Clock()
    Objects.read = clock.book_steps("read", Objects.read)  # type: ignore[method-assign]
    Detector.detect = clock.book("language", Detector.detect)  # type: ignore[method-assign]
    licence.facts = clock.book("licence", licence.facts)
    for part, name in (("encoding", "texts_of"), ("measure", "measure"), ("generated", "suspects")):
        setattr(batch, name, clock.book(part, getattr(batch, name)))
    return clock


def annotate(git_dir: Path, commit: str, clock: Clock) -> Iterator[Any]:
    """Give the facts of a commit's regular files, table by table."""
    from codestrata.analyze.facts import names, reading
    from codestrata.git.objects import Objects
    from codestrata.git.tree import list_tree

    files = clock.book("tree", list_tree)(git_dir, commit).files
    pairs = clock.book("names", names.pairs)(files)
    ids, keys, sizes = pairs["blob"].matrix(len(commit) // 2), pairs["name_key"].strings(), pairs["size"]
    for _, table in reading.annotate(Objects(git_dir), ids, keys, sizes, LIMIT, []):
        yield table


def head(git_dir: Path) -> str:
    """Give the commit that HEAD names: who asks for facts knows it."""
    command = ["git", f"--git-dir={git_dir}", "rev-parse", "HEAD^{commit}"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


def measure(git_dir: Path, rounds: int) -> None:
    """Measure one repository and print its rows."""
    base, size = floor(git_dir, rounds)
    command = [sys.executable, __file__, "--child", str(git_dir)]
    runs = [cost(command) for _ in range(rounds)]
    told = [json.loads(run.said.splitlines()[-1]) for run in runs]
    name = git_dir.parent.name if git_dir.name in {".git", "repo"} else git_dir.name
    facts = f"{told[0]['rows']:,} rows in {told[0]['bytes'] / 1e6:.1f} MB"
    print(f"\n{name}: {size / 1e6:.1f} MB of blobs; git cat-file {base:.3f} CPU-s; facts {facts}")
    work = median(t["work"] for t in told)
    show("annotate, start-up included", median(run.cpu for run in runs), base, size)
    show("annotate, start-up excluded", work, base, size)
    parts = {part: median(t["parts"].get(part, 0.0) for t in told) for part in told[0]["parts"]}
    parts["rest"] = work - sum(parts.values())
    for part, seconds in sorted(parts.items(), key=lambda item: -item[1]):
        show(f"  {part}", seconds, base, size)
    print(f"  peak memory {max(run.peak for run in runs):.0f} MB")


def median(values: Iterator[float]) -> float:
    """Give the median, never quite zero."""
    return max(statistics.median(values), 1e-6)


def show(name: str, seconds: float, base: float, size: int) -> None:
    """Print one row."""
    rate = size / 1e6 / seconds
    print(f"  {name:<30}{seconds:>8.3f} CPU-s {seconds / base:>6.2f} x git {rate:>9.1f} MB/CPU-s")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for path in given.repositories:
        git_dir = path / ".git" if (path / ".git").is_dir() else path
        child(git_dir) if given.child else measure(git_dir, given.rounds)


if __name__ == "__main__":
    main()
