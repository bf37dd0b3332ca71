"""A running command: one thread reads its output, holds it to its limits, and sees how it ends."""

from __future__ import annotations

import json
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from codestrata.sandbox.base import Command, Connection, Exit
from codestrata.sandbox.classify import DISK_WORDS, FORK_WORDS, Ending, ended
from codestrata.sandbox.hostdisk import HostDisk
from codestrata.sandbox.local.disks import Disk
from codestrata.sandbox.local.groups import Group
from codestrata.sandbox.output import Output

#: Seconds between two looks at what a command uses.
_LOOK = 0.03
#: Seconds that output may still come after the last process is gone: somebody else in the room may hold the pipe.
_LINGER = 0.5
_PIECE = 1 << 18
_TAIL = 1 << 16
#: The part of a disk that is "nearly none".
_LOW = 0.02
_FULL = 0.001


@dataclass(slots=True)
class Pipes:
    """The reading ends: its output, how the keeper saw it end, how bubblewrap saw it end."""

    output: int
    end: int
    status: int


@dataclass(slots=True)
class Life:
    """What a command has around it: limits' keepers, and what is closed when it is over."""

    group: Group
    disk: Disk
    kill: Callable[[], None]
    connections: Callable[[], Sequence[Connection]] = tuple
    host: HostDisk = field(default_factory=HostDisk)
    closing: ExitStack = field(default_factory=ExitStack)


@dataclass(slots=True)
class _Seen:
    """What a thread saw of a command."""

    told: bytearray = field(default_factory=bytearray)
    status: bytearray = field(default_factory=bytearray)
    tail: bytes = b""
    disk_said: bool = False
    fork_said: bool = False
    lowest: float = 1.0
    ended_by: str = ""


class LocalHandle:
    """A started command."""

    def __init__(self, command: Command, pipes: Pipes, life: Life) -> None:
        self.command = command
        self.output = Output(command.limits.output)
        self._pipes = pipes
        self._life = life
        self._seen = _Seen()
        self._began = time.monotonic()
        self._done = threading.Event()
        self._exit: Exit | None = None
        os.set_blocking(pipes.output, False)
        threading.Thread(target=self._watch, name="sandbox-command", daemon=True).start()

    def wait(self, timeout: float | None = None) -> Exit | None:
        """Wait for the end, or so many seconds; None where it has not ended."""
        self._done.wait(timeout)
        return self._exit

    def end(self, reason: str) -> None:
        """End it, for a reason that its class is told by; the first reason counts."""
        if self._done.is_set():  # its number may be another's by now
            return
        if not self._seen.ended_by:
            self._seen.ended_by = reason
        self._life.kill()
        self._life.group.kill()

    @property
    def over(self) -> bool:
        """Say whether it has ended."""
        return self._done.is_set()

    @property
    def tail(self) -> bytes:
        """Give the end of its output so far."""
        return self._seen.tail

    def _watch(self) -> None:
        try:
            self._follow()
        finally:
            self._finish()

    def _follow(self) -> None:
        """Read until all pipes are at their ends; a while after the command's end, the output's end is ours to say."""
        poll = select.poll()
        files = {self._pipes.output, self._pipes.end, self._pipes.status}
        for file in files:
            poll.register(file, select.POLLIN)
        look, deadline = self._began, float("inf")
        while files and time.monotonic() < deadline:
            for file, _ in poll.poll(_LOOK * 1000):
                if self._read(file):
                    continue
                poll.unregister(file)
                files.discard(file)
                if file == self._pipes.end:
                    self._life.group.kill()
                    deadline = time.monotonic() + _LINGER
            if time.monotonic() >= look and self._pipes.end in files:
                look = time.monotonic() + _LOOK
                self._look()

    def _read(self, file: int) -> bool:
        """Read on; gives False at the end of a pipe."""
        data = os.read(file, _PIECE)
        if file == self._pipes.end:
            self._seen.told += data
        elif file == self._pipes.status:
            self._seen.status += data
        else:
            seen = self._seen
            before, seen.tail = seen.tail, data[-_TAIL:] if len(data) >= _TAIL else (seen.tail + data)[-_TAIL:]
            recent = before[-64:] + data
            seen.disk_said = seen.disk_said or any(word in recent for word in DISK_WORDS)
            seen.fork_said = seen.fork_said or any(word in recent for word in FORK_WORDS)
            self.output.write(data)
        return bool(data)

    def _look(self) -> None:
        """Hold it to the limits that the kernel does not."""
        limits, life = self.command.limits, self._life
        self._seen.lowest = min(self._seen.lowest, life.disk.free())
        life.host.was_full()
        if self._seen.ended_by:
            return
        if limits.wall and time.monotonic() - self._began > limits.wall:
            self.end("wall")
        elif life.disk.over():
            self.end("disk")
        elif reason := life.group.over(limits):
            self.end(reason)

    def _finish(self) -> None:
        wall = time.monotonic() - self._began
        try:
            self._life.closing.close()
            self._exit = self._judged(wall)
        except Exception as error:  # noqa: BLE001 -- nobody may wait for ever
            self._exit = ended(Ending(broken=f"its end was not understood: {error}"), self.command, wall)
        finally:
            self.output.end()
            for file in (self._pipes.output, self._pipes.end, self._pipes.status):
                os.close(file)
            self._life.group.remove()
            self._done.set()

    def _judged(self, wall: float) -> Exit:
        seen, group = self._seen, self._life.group
        free = self._life.disk.free()
        code, broken, outside = self._code()
        ending = Ending(
            code=code,
            broken=broken,
            ended_by=seen.ended_by,
            outside=outside,
            oom_kills=group.oom_kills(),
            refused=max(group.refused(), int(seen.fork_said and group.crowded(self.command.limits))),
            disk_full=free <= _FULL,
            disk_low=min(free, seen.lowest) < _LOW,
            disk_said=seen.disk_said,
            host_full=self._life.host.was_full(),
            tail=seen.tail,
            connections=tuple(self._life.connections()),
            cpu_seconds=group.cpu_seconds(),
            memory=group.peak(),
            output=self.output.total,
        )
        return ended(ending, self.command, wall)

    def _code(self) -> tuple[int, str, int]:
        """Give the exit status, what broke in words, and a signal from outside.

        Bubblewrap writes an object with ``child-pid`` when the command's process is there, and one with ``exit-code``
        at its end; without that, what ended was bubblewrap. Source: bwrap(1), --json-status-fd.
        """
        facts: dict[str, int] = {}
        for line in self._seen.status.splitlines():
            if line.startswith(b"{") and line.endswith(b"}"):
                facts |= json.loads(line)
        if "exit-code" in facts:
            return int(facts["exit-code"]), "", 0
        if not self._seen.told:
            return 128 + 9, "the room's keeper ended before the command did", 0
        status = int(json.loads(self._seen.told)["status"])
        if status < 0:
            return 128 - status, "", -status
        words = self.tail.decode("utf-8", "replace").strip().splitlines() or [f"bubblewrap ended with {status}"]
        return status, f"the room could not be entered: {words[-1]}", 0
