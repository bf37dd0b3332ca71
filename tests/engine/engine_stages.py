"""Small stages for the engine's own tests: a chain with real tables, and tasks that misbehave in every way."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import CloneFailed, InvalidInput, LimitExceeded, RateLimitExceeded, StorageError
from codestrata.store.columns import Varlen


@dataclass
class Numbers:
    """Makes a table of numbers for every partition; the first of three stages."""

    name: str = "ingest"
    verb: str = "ingest"
    unit: str = "rows"
    parts: int = 6

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan ``parts`` partitions of different sizes."""
        return [
            Partition(self.name, "1", {"part": i, "rows": 50 + 10 * i}, title=f"part {i}", weight=50 + 10 * i)
            for i in range(self.parts)
        ]

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Make the rows, with a look at scratch and progress on the way."""
        n, part = partition.spec["rows"], partition.spec["part"]
        (io.scratch / "unfinished").write_bytes(b"x" * 1000)
        io.progress(n // 2)
        values = (np.arange(n, dtype=np.int64) * 2654435761 + part) % 1000003
        table = {"value": values, "name": Varlen.of([f"{part}:{i}" for i in range(n)])}
        return Outcome({"numbers": table}, result={"part": part, "sum": int(values.sum())}, counts={"bytes": n})


@dataclass
class Squares:
    """Squares every table of numbers."""

    name: str = "analyze.squares"
    verb: str = "analyze"
    unit: str = "rows"

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan one partition for every file of the stage before."""
        return [
            Partition(self.name, "1", {"file": [f.table, f.path, f.rows, f.bytes, f.sha256]}, weight=f.rows)
            for f in view.files("numbers")
        ]

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read, square, write."""
        from codestrata.store.tables import TableFile

        columns = io.tables.read([TableFile(*partition.spec["file"])], "value * value as square, name")
        return Outcome(
            {"squares": columns}, result={"file": partition.spec["file"][1]}, counts={"rows": partition.weight}
        )


@dataclass
class Sum:
    """Adds everything up in one partition."""

    name: str = "export.sum"
    verb: str = "export"
    unit: str = "files"

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan one partition over all files and results of the stages before."""
        files = [[f.table, f.path, f.rows, f.bytes, f.sha256] for f in view.files("squares")]
        return [Partition(self.name, "1", {"files": files, "results": list(view.results("ingest"))})]

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Sum over all files."""
        from codestrata.store.tables import TableFile

        files = [TableFile(*one) for one in partition.spec["files"]]
        rows = io.tables.read(files, "name, square", "order by name")
        return Outcome({"total": rows}, result={"rows": len(rows["square"])})


CHAIN = (Numbers(), Squares(), Sum())


@dataclass
class Trouble:
    """Does what its spec says: ``do`` names a behaviour, ``once`` a marker file after which it behaves."""

    name: str = "trouble"
    verb: str = "analyze"
    unit: str = "tasks"

    def plan(self, view: View) -> Iterable[Partition]:
        """Plan nothing: tests hand in partitions themselves."""
        return []

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Misbehave."""
        spec = partition.spec
        if spec.get("once") and not mark(io.workspace / spec["once"]):
            return Outcome(result={"i": spec.get("i", 0)})
        return _BEHAVIOURS[spec["do"]](spec, io) or Outcome(result={"i": spec.get("i", 0)})


def mark(path: Path) -> bool:
    """Say whether this is the first time: makes the file if so."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _log(spec: Any, io: IO) -> None:
    with (io.workspace / "ran.log").open("a") as handle:
        handle.write(f"{spec['i']} {time.monotonic()} {os.getpid()}\n")


def _raise(error: BaseException) -> Any:
    def behave(_spec: Any, _io: IO) -> None:
        raise error

    return behave


def _hog(_spec: Any, _io: IO) -> None:
    np.ones(1 << 29, np.int64).sum()


def _fill(spec: Any, io: IO) -> None:
    with (io.scratch / "big").open("wb") as handle:
        for _ in range(spec["mb"]):
            handle.write(bytes(1 << 20))


def _table(spec: Any, _io: IO) -> Outcome:
    noise = np.random.default_rng(spec["i"]).integers(0, 1 << 62, spec["mb"] << 17)
    return Outcome({"noise": {"value": noise}})


def _child(spec: Any, io: IO) -> None:
    child = subprocess.Popen(["sleep", "600"])
    (io.workspace / "child.pid").write_text(str(child.pid))
    _log(spec, io)
    child.wait()


def _await(spec: Any, io: IO) -> None:
    _log(spec, io)
    while not (io.workspace / "go").exists():
        time.sleep(0.01)


def _secret(_spec: Any, io: IO) -> Outcome:
    return Outcome(result={"knows": io.secret("token") == "s3cr3t-value", "unknown": io.secret("other") is None})


def _remaining(_spec: Any, io: IO) -> Outcome:
    return Outcome(result={"remaining": round(io.remaining(), 0)})


def _slowly(spec: Any, io: IO) -> None:
    _log(spec, io)
    time.sleep(spec["seconds"])
    _log(spec, io)


_BEHAVIOURS = {
    "nothing": lambda _spec, _io: None,
    "log": _log,
    "slowly": _slowly,
    "die": lambda _spec, _io: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda _spec, _io: os.abort(),
    "hang": lambda _spec, _io: time.sleep(600),
    "hog": _hog,
    "fill": _fill,
    "table": _table,
    "child": _child,
    "await": _await,
    "secret": _secret,
    "remaining": _remaining,
    "code": _raise(InvalidInput("cannot be read", where="line 3", hint="mend it")),
    "defect": _raise(ZeroDivisionError("division by zero")),
    "exit": _raise(SystemExit("that is no way to leave")),
    "policy": _raise(LimitExceeded("too big")),
    "infra": _raise(CloneFailed("connection reset")),
    "rate": _raise(RateLimitExceeded("slow down", retry_after=0.3)),
    "storage": _raise(StorageError("damaged table")),
    "oserror": _raise(OSError(5, "Input/output error")),
}

TROUBLE = (Trouble(),)


@dataclass
class Wait(Squares):
    """Squares, with a moment of waiting in it, so that a kill hits work and not only book-keeping."""

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Wait, then square."""
        time.sleep(0.005)
        return Squares.run(self, partition, io)


LONG_CHAIN = (Numbers(parts=30), Wait(), Sum())
