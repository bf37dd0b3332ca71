"""The nursery: one process that has imported everything, and forks workers off itself.

A worker starts in milliseconds then and shares the imported pages with its siblings. Unlike the supervisor, whose
threads, open connections and ``__main__`` are the user's, the nursery has nothing that a fork could break: no thread,
no DuckDB connection. The supervisor asks, the nursery answers; when the supervisor is gone, the nursery ends.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from codestrata.errors import StrataError

#: The nursery gets this process's module search path, so that it finds the same stages, and never the current folder.
_BOOT = "import sys; sys.path[:] = sys.argv[3:]; from codestrata.engine.nursery import main; main(*sys.argv[1:3])"


class Nursery:
    """The supervisor's side: starts workers and learns how they ended. ``stages`` names the table of stages."""

    def __init__(self, stages: str, log: Path) -> None:
        self._stages = stages
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def start(self, log: Path) -> tuple[int, Connection]:
        """Start a worker that writes its standard error to ``log``; gives its process id and the line to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            for last_try in (False, True):
                answer = self._ask({"log": str(log)}, theirs.fileno())
                if answer:
                    return int(answer["pid"]), Connection(ours.detach())
                if last_try:
                    break
                self.close()  # it was killed, perhaps for lack of memory: once more with a fresh one
        ours.close()
        raise StrataError("workers cannot be started", where=self._stages, hint=last_words(self._log))

    def wait(self, pid: int) -> int | None:
        """Wait for a worker that is dead or dying; gives its exit code, negative for a signal, None if nobody knows."""
        answer = self._ask({"wait": pid}) if self._line else None
        return int(answer["code"]) if answer and answer["code"] is not None else None

    def close(self) -> None:
        """End the nursery; workers live on."""
        if self._line and self._process:
            self._line.close()
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _ask(self, question: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        try:
            line = self.open()
            socket.send_fds(line, [json.dumps(question).encode()], descriptors)
            return dict(json.loads(line.recv(4096) or b"{}"))
        except OSError:
            return {}

    def open(self) -> socket.socket:
        """Start the nursery, where there is none; it answers when it has imported everything."""
        if self._line:
            return self._line
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, str(theirs.fileno()), self._stages, *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        return self._line


def last_words(log: Path) -> str:
    """Give what a dead process wrote last to standard error: a fault handler's headline, or the last line."""
    with suppress(OSError):
        lines = log.read_text("utf-8", "replace").strip().splitlines()
        told = [line for line in lines if line.startswith("Fatal")] or lines
        return told[-1][:200] if told else ""
    return ""


def main(fd: str, stages: str) -> None:
    """Run the nursery on the socket with this file descriptor."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a fork takes one thread along; NumPy would start more
    line = socket.socket(fileno=int(fd))
    line.set_inheritable(False)
    _import_everything(stages)
    while True:
        text, descriptors, _, _ = socket.recv_fds(line, 4096, 1)
        if not text:
            return
        question = json.loads(text)
        if "wait" in question:
            answer = {"code": _wait(question["wait"])}
        else:
            answer = {"pid": _fork(line, descriptors[0], question["log"])}
        line.send(json.dumps(answer).encode())


def _import_everything(stages: str) -> None:
    import gc

    import duckdb  # noqa: F401 (for its import alone)

    import codestrata.engine.worker  # noqa: F401
    from codestrata.engine.stages import load_stages

    list(load_stages(stages).values())
    gc.collect()
    gc.freeze()


def _fork(line: socket.socket, fd: int, log: str) -> int:
    pid = os.fork()
    if pid == 0:
        line.close()
        _work(fd, log)
    os.close(fd)
    return pid


def _work(fd: int, log: str) -> NoReturn:
    code = 1
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(out, 1)
        os.dup2(out, 2)
        from codestrata.engine.worker import main as work

        work(fd)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 (whatever it is, it ends this process and is told in the log)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait(pid: int) -> int | None:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def describe(code: int | None) -> str:
    """Say how a process ended."""
    if code is None:
        return "unknown end"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
