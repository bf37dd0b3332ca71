"""The crew: worker processes as their supervisor sees them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import StrataError

if TYPE_CHECKING:
    from codestrata.store.layout import Layout

#: The worker gets this process's module search path, so that it finds the same stages, and never the current folder.
_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from codestrata.engine.worker import main; main(int(sys.argv[1]))"
#: Workers that may die one after another before they were ready.
_FALSE_STARTS = 3

Message = dict[str, Any]


@dataclass(slots=True)
class Hand:
    """One worker process: ``task`` is what it is at (0: nothing), ``deadline`` when it must be done with it."""

    name: str
    process: subprocess.Popen[bytes]
    connection: Connection
    log: Path
    ready: bool = False
    idle: bool = True
    task: int = 0
    deadline: float = float("inf")
    late: bool = False

    def order(self, **message: Any) -> None:
        """Tell the worker something; a dead one does not mind."""
        with suppress(OSError):
            self.connection.send_bytes(json.dumps(message).encode())

    def kill(self) -> None:
        """Kill the worker and every process it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def bury(self) -> str:
        """Kill what is left of a dead worker, and say how it ended."""
        self.kill()
        code = self.process.wait()
        self.connection.close()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"{how}: {last}" if (last := self.last_words()) else how

    def last_words(self) -> str:
        """Give the first line of the last thing it wrote to standard error, such as a fault handler's."""
        with suppress(OSError):
            lines = self.log.read_text("utf-8", "replace").strip().splitlines()
            told = [line for line in lines if line.startswith("Fatal")] or lines[-1:]
            return told[-1][:200] if told else ""
        return ""


@dataclass(slots=True)
class Crew:
    """The workers of one engine. ``hello`` is what each is told first; secrets go through the socket, nowhere else."""

    layout: Layout
    hello: Mapping[str, Any]
    hands: list[Hand] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _false_starts: int = 0

    def resize(self, wanted: int) -> None:
        """Start or end workers until there are so many; only while none is at work."""
        while len(self.hands) > wanted:
            hand = self.hands.pop()
            hand.order(kind="stop")
            self._wait(hand, 5.0)
        while len(self.hands) < wanted:
            self.hands.append(self._start())

    def _start(self) -> Hand:
        number = next(self._numbers)
        log = self.layout.scratch / f"worker-{number}.err"
        log.parent.mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        with theirs, log.open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, str(theirs.fileno()), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=err,
                stderr=err,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        hand = Hand(f"{socket.gethostname()}:{process.pid}", process, Connection(ours.detach()), log)
        hand.order(**self.hello, name=hand.name)
        return hand

    def messages(self, timeout: float, *others: int) -> Iterator[tuple[Hand, Message | None]]:
        """Wait for what workers tell; None: this one is dead. ``others`` are descriptors that end the wait."""
        ready = wait([*(hand.connection for hand in self.hands), *others], timeout)
        for hand in [hand for hand in self.hands if hand.connection in ready]:
            try:
                while hand.connection.poll():
                    yield hand, self._note(hand, json.loads(hand.connection.recv_bytes()))
            except (EOFError, OSError):
                yield hand, None

    def _note(self, hand: Hand, message: Message) -> Message:
        kind = message["kind"]
        if kind == "ready":
            hand.ready, self._false_starts = True, 0
        elif kind == "idle":
            hand.idle = True
        elif kind == "begin":
            hand.task, hand.deadline = message["task"], time.monotonic() + message["seconds"]
        elif kind == "end":
            hand.task, hand.deadline = 0, float("inf")
        return message

    def overdue(self) -> None:
        """Kill workers whose task has run out of time."""
        now = time.monotonic()
        for hand in self.hands:
            if now > hand.deadline and not hand.late:
                hand.late = True
                hand.kill()

    def remove(self, hand: Hand) -> str:
        """Take a dead worker out, remove what it left lying about, and say how it ended."""
        self.hands.remove(hand)
        how = hand.bury()
        for leftover in self.layout.tables.glob(f"*/.{hand.process.pid}.*"):
            leftover.unlink(missing_ok=True)
        if not hand.ready:
            self._false_starts += 1
            if self._false_starts >= _FALSE_STARTS:
                raise StrataError("workers die before they can start", where=str(hand.log), hint=how)
        hand.log.unlink(missing_ok=True)
        return how

    def close(self) -> None:
        """End all workers."""
        for hand in self.hands:
            hand.order(kind="stop")
        while self.hands:
            self._wait(self.hands.pop(), 2.0)
        shutil.rmtree(self.layout.scratch, ignore_errors=True)

    def _wait(self, hand: Hand, seconds: float) -> None:
        """Let a worker end by itself for so long; its socket closes when it has."""
        end = time.monotonic() + seconds
        with suppress(EOFError, OSError):
            while hand.connection.poll(max(0.0, end - time.monotonic())):
                hand.connection.recv_bytes()
        hand.bury()
        hand.log.unlink(missing_ok=True)
