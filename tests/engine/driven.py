"""A strata of its own for tests that kill, interrupt or starve it: ``python driven.py ROOT TABLE WORKERS < SPECS``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import engine_stages

from codestrata.engine import open_engine
from codestrata.engine.base import Partition
from codestrata.engine.view import RunView
from codestrata.errors import EXIT_INTERRUPTED, StrataError
from codestrata.settings import load
from codestrata.store.holding import hold
from codestrata.store.layout import Layout


def drive(root: Path, table: str, workers: int, partitions: Sequence[dict[str, object]] = ()) -> None:
    """Hold the workspace and run a table of stages; ``partitions`` are specs for the stage that misbehaves."""
    layout = Layout(root)
    flags = {"engine.workers": workers} if workers else {"engine.inline": True}
    settings = load(flags={**flags, "engine.grace_seconds": 1.0})
    with hold(layout) as catalogue:
        run = catalogue.start_run("driven", {})
        view = RunView(catalogue, layout, settings, run)
        with open_engine(catalogue, layout, settings, stages=f"engine_stages:{table}") as engine:
            for stage in getattr(engine_stages, table):
                planned = [Partition(stage.name, "1", spec) for spec in partitions] or stage.plan(view)
                engine.run(run, stage, planned)
        catalogue.finish_run(run, "done")


def drive_forked(root: Path, table: str, workers: int) -> None:
    """Drive with a nursery that is forked off this process, which has imported everything: it is there in no time.

    It is forked before anything is opened: neither SQLite nor DuckDB survive a fork.
    """
    from codestrata.engine import nursery

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        os.setsid()
        ours.close()
        try:
            nursery.main(str(theirs.detach()), f"engine_stages:{table}")
        finally:
            os._exit(0)
    theirs.close()
    stand_in = subprocess.Popen(["true"])  # before the lock is taken: killed in between, a child would go on holding it

    def opened(self: nursery.Nursery) -> socket.socket:
        if self._line is None:
            self._line, self._process = ours, stand_in
        return self._line

    nursery.Nursery.open = opened  # type: ignore[method-assign]
    drive(root, table, workers)


def main(root: str, table: str, workers: str) -> int:
    """Drive, and end with the exit code that the command line would give."""
    try:
        drive(Path(root), table, int(workers), json.load(sys.stdin))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except StrataError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def serve() -> None:
    """Start a strata for every line of orders, in milliseconds, since everything is imported: answers with its pid.

    An order ``{"wait": pid}`` is answered with the exit code, negative for a signal.
    """
    import codestrata.engine.local
    import codestrata.engine.worker  # noqa: F401 (for their imports)

    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]))
            continue
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                (drive if order["real"] else drive_forked)(Path(order["root"]), order["table"], order["workers"])
                code = 0
            except Exception:  # noqa: BLE001 (whatever it was, the exit code and the trace tell)
                traceback.print_exc()
            finally:
                os._exit(code)
        answer(pid)


def answer(number: int) -> None:
    """Answer an order."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1:] == ["serve"] else main(*sys.argv[1:]))
