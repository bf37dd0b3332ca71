"""The crew: worker processes as their supervisor sees them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.nursery import Nursery, describe, last_words
from codestrata.errors import StrataError

if TYPE_CHECKING:
    from codestrata.store.layout import Layout

#: Workers that may die one after another before they were ready.
_FALSE_STARTS = 3

Message = dict[str, Any]


@dataclass(slots=True)
class Hand:
    """One worker process: ``task`` is what it is at (0: nothing), since when, and when it must be done with it.

    ``late`` is the task it was killed for; it may have gone on to another one in the meantime.
    """

    name: str
    pid: int
    connection: Connection
    log: Path
    ready: bool = False
    idle: bool = True
    task: int = 0
    began: float = 0.0
    deadline: float = float("inf")
    late: int = 0

    def order(self, **message: Any) -> None:
        """Tell the worker something; a dead one does not mind."""
        with suppress(OSError):
            self.connection.send_bytes(json.dumps(message).encode())

    def kill(self) -> None:
        """Kill the worker and every process it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class Crew:
    """The workers of one engine. ``hello`` is what each is told first; secrets go through the socket, nowhere else."""

    layout: Layout
    hello: Mapping[str, Any]
    hands: list[Hand] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _false_starts: int = 0
    _nursery: Nursery = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the nursery; it starts with the first worker."""
        self._nursery = Nursery(self.hello["stages"], self.layout.scratch / "nursery.err")

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
        pid, connection = self._nursery.start(log)
        hand = Hand(f"{os.uname().nodename}:{pid}", pid, connection, log)
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
        elif kind in {"idle", "answer"}:
            hand.idle = True
        elif kind == "begin":
            hand.task, hand.began = message["task"], time.monotonic()
            hand.deadline = hand.began + message["seconds"]
        elif kind == "end":
            hand.task, hand.deadline = 0, float("inf")
        return message

    def overdue(self) -> None:
        """Kill workers whose task has run out of time."""
        now = time.monotonic()
        for hand in self.hands:
            if now > hand.deadline and not hand.late:
                hand.late = hand.task
                hand.kill()

    def remove(self, hand: Hand) -> str:
        """Take a dead worker out, remove what it left lying about, and say how it ended."""
        self.hands.remove(hand)
        how = self.bury(hand)
        for leftover in self.layout.tables.glob(f"*/.{hand.pid}.*"):
            leftover.unlink(missing_ok=True)
        if not hand.ready:
            self._false_starts += 1
            if self._false_starts >= _FALSE_STARTS:
                raise StrataError("workers die before they can start", where=str(hand.log), hint=how)
        return how

    def bury(self, hand: Hand) -> str:
        """Kill what is left of a worker and its children, and say how it ended."""
        hand.kill()
        how = describe(self._nursery.wait(hand.pid))
        hand.connection.close()
        told = last_words(hand.log)
        hand.log.unlink(missing_ok=True)
        return f"{how}: {told}" if told else how

    def abandon(self) -> list[str]:
        """Kill all workers; gives their names."""
        hands, self.hands = self.hands, []
        for hand in hands:
            self.bury(hand)
        return [hand.name for hand in hands]

    def prepare(self) -> None:
        """Have the nursery import everything already, while there is something else to do."""
        self.layout.scratch.mkdir(parents=True, exist_ok=True)
        self._nursery.open()

    def close(self) -> None:
        """End all workers."""
        for hand in self.hands:
            hand.order(kind="stop")
        while self.hands:
            self._wait(self.hands.pop(), 2.0)
        self._nursery.close()
        shutil.rmtree(self.layout.scratch, ignore_errors=True)

    def _wait(self, hand: Hand, seconds: float) -> None:
        """Let a worker end by itself for so long; its socket closes when it has."""
        end = time.monotonic() + seconds
        with suppress(EOFError, OSError):
            while hand.connection.poll(max(0.0, end - time.monotonic())):
                hand.connection.recv_bytes()
        self.bury(hand)
