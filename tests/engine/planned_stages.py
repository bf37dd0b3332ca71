"""A table of entries over the chain of small stages; each plan leaves a line, and does what a file tells it to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine_stages import Numbers, Squares, Sum

from codestrata.engine.base import IO, Entry, Outcome, Partition, View
from codestrata.errors import CloneFailed, InvalidInput, RateLimitExceeded


def planned(view: View, stage: str) -> None:
    """Leave a line: who planned what; then misbehave, if the workspace has a file that says how, once."""
    with (view.workspace / "plans.log").open("a") as handle:
        handle.write(f"{stage} {os.getpid()}\n")
    order = view.workspace / f"{stage}.do"
    if order.exists():
        do = order.read_text()
        if not do.startswith("always "):
            order.unlink()
        _DO[do.removeprefix("always ")](view)


def _raising(error: Exception) -> Callable[[View], None]:
    def do(_: View) -> None:
        raise error

    return do


def _asleep(view: View) -> None:
    try:
        (view.workspace / "asleep").touch()
        time.sleep(600)
    finally:
        (view.workspace / "tidied").touch()


_DO: dict[str, Callable[[View], None]] = {
    "input": _raising(InvalidInput("cannot be read", where="line 3", hint="mend it")),
    "limit": _raising(RateLimitExceeded("slow down", retry_after=7.0)),
    "system": _raising(PermissionError(13, "Permission denied", "/there")),
    "defect": _raising(KeyError("x")),
    "die": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "sleep": _asleep,
}


def numbers(view: View) -> Iterable[Partition]:
    """Plan the numbers, as many parts as a file says."""
    told = view.workspace / "parts"
    return Numbers(parts=int(told.read_text()) if told.exists() else 4).plan(view)


@dataclass
class Squared(Squares):
    """Squares of this run's own numbers, one of which fails while a file is there."""

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan one partition for every planned table of numbers."""
        planned(view, self.name)
        files = view.planned("ingest", "numbers")
        return [Partition(self.name, "1", {"file": [f.table, f.path, f.rows, f.bytes, f.sha256]}) for f in files]

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Square, unless the file is there."""
        if (io.workspace / "fail").exists():
            raise CloneFailed("connection reset")
        return Squares.run(self, partition, io)


@dataclass
class Summed(Sum):
    """The sum of this run's own squares."""

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan one partition over all planned files."""
        planned(view, self.name)
        files = [[f.table, f.path, f.rows, f.bytes, f.sha256] for f in view.planned("analyze.squares", "squares")]
        return [Partition(self.name, "1", {"files": files})] if files else []


TABLE = (
    Entry("ingest", "ingest", "rows", "engine_stages:Numbers", planner="planned_stages:numbers"),
    Entry("analyze.squares", "analyze", "rows", "planned_stages:Squared"),
    Entry("export.sum", "export", "files", "planned_stages:Summed"),
)


def called(view: View, tell: Callable[[float], None], **arguments: Any) -> dict[str, Any]:
    """Answer a call: who and where it is, and what it was given."""
    tell(0.5)
    planned(view, "call")
    return {"pid": os.getpid(), "folder": str(Path.cwd()), "run": len(view.results("ingest")), **arguments}
