"""A running command: one thread reads its output, holds it to its limits, and sees how it ends."""

from __future__ import annotations

import json
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from codestrata.sandbox.base import Command, Connection, Exit, Usage
from codestrata.sandbox.classify import DISK_WORDS, Ending, classify
from codestrata.sandbox.local.groups import Group
from codestrata.sandbox.local.link import RoomBroken
from codestrata.sandbox.local.output import Output

#: Seconds between two looks at what a command uses.
_LOOK = 0.1
#: Seconds that output may still come after the last process is gone.
_LINGER = 0.5
_DISK_LOW = 0.02


@dataclass(slots=True)
class Pipes:
    """The reading ends: its output, how the keeper saw it end, how bubblewrap saw it end."""

    output: int
    end: int
    status: int


@dataclass(slots=True)
class Seen:
    """What a thread saw of a command."""

    told: bytearray = field(default_factory=bytearray)
    status: bytearray = field(default_factory=bytearray)
    lowest: float = 1.0
    ended_by: str = ""
    cpu: float = -1.0


class LocalHandle:
    """A started command."""

    def __init__(
        self,
        command: Command,
        pipes: Pipes,
        group: Group | None,
        kill: Callable[[], None],
        free: Callable[[], float],
        connections: Callable[[], Sequence[Connection]],
    ) -> None:
        self.command = command
        self.output = Output(pipes.output, command.limits.output)
        self._pipes = pipes
        self._group = group
        self._kill = kill
        self._free = free
        self._connections = connections
        self._seen = Seen()
        self._began = time.monotonic()
        self._done = threading.Event()
        self._exit: Exit | None = None
        os.set_blocking(pipes.output, False)
        self._thread = threading.Thread(target=self._watch, name="sandbox-command", daemon=True)
        self._thread.start()

    def wait(self) -> Exit:
        """Wait for the end."""
        self._done.wait()
        assert self._exit is not None  # noqa: S101 -- set before the event
        return self._exit

    def end(self, reason: str) -> None:
        """End it, for a reason that its class is told by; the first reason counts."""
        if not self._done.is_set() and not self._seen.ended_by:
            self._seen.ended_by = reason
        self._end()

    def _end(self) -> None:
        with suppress(RoomBroken):
            self._kill()
        if self._group:
            self._group.kill()

    def _watch(self) -> None:
        try:
            self._follow()
        finally:
            self._finish()

    def _follow(self) -> None:
        """Read until output and ends are at their end; a while after the keeper told the end, the output's end is ours."""
        poll = select.poll()
        for file in (self._pipes.output, self._pipes.end, self._pipes.status):
            poll.register(file, select.POLLIN)
        open_files, deadline = 3, float("inf")
        look = self._began
        while open_files and time.monotonic() < deadline:
            for file, _ in poll.poll(_LOOK * 1000):
                if not self._read(file):
                    poll.unregister(file)
                    open_files -= 1
                    if file == self._pipes.end:
                        self._clear()
                        deadline = time.monotonic() + _LINGER
            if time.monotonic() >= look:
                look = time.monotonic() + _LOOK
                self._look()

    def _read(self, file: int) -> bool:
        if file == self._pipes.output:
            return self.output.feed()
        data = os.read(file, 65536)
        (self._seen.told if file == self._pipes.end else self._seen.status).extend(data)
        return bool(data)

    def _look(self) -> None:
        limits = self.command.limits
        self._seen.lowest = min(self._seen.lowest, self._free())
        if self._seen.ended_by:
            return
        if limits.wall and time.monotonic() - self._began > limits.wall:
            self.end("wall")
        elif limits.cpu_seconds and self._group and self._group.cpu_seconds() > limits.cpu_seconds:
            self.end("cpu")

    def _clear(self) -> None:
        """Whatever is left of it goes."""
        if self._group:
            self._group.kill()

    def _finish(self) -> None:
        wall = time.monotonic() - self._began
        try:
            self._exit = self._judge(wall)
        except Exception as error:  # noqa: BLE001 -- nobody may wait for ever
            result, reason = classify(Ending(broken=f"Its end was not understood: {error}"))
            self._exit = Exit(-1, result, reason)
        finally:
            self.output.close()
            for file in (self._pipes.end, self._pipes.status):
                os.close(file)
            if self._group:
                self._group.remove()
            self._done.set()

    def _judge(self, wall: float) -> Exit:
        seen, group = self._seen, self._group
        ending = self._ending()
        result, reason = classify(ending)
        usage = Usage(
            wall=wall,
            cpu_seconds=group.cpu_seconds() if group else -1.0,
            memory=group.peak() if group else -1,
            output=self.output.total,
        )
        evidence: dict[str, Any] = {"seconds": round(wall, 3)}
        if ending.code > 128:
            evidence["signal"] = ending.code - 128
        for name, value in (("oom_kills", ending.oom_kills), ("processes_refused", ending.refused)):
            if value > 0:
                evidence[name] = value
        for name, flag in (("disk_full", ending.disk_full), ("disk_low", ending.disk_low), ("disk_said", ending.disk_said)):
            if flag:
                evidence[name] = True
        if seen.ended_by:
            evidence["ended_by"] = seen.ended_by
        if self.output.total > self.command.limits.output:
            evidence["output_dropped"] = self.output.total - self.command.limits.output
        return Exit(ending.code, result, reason, evidence, usage, ending.connections)

    def _ending(self) -> Ending:
        seen, limits = self._seen, self.command.limits
        free = self._free()
        told = json.loads(seen.told)["status"] if seen.told else None
        code, broken, outside = _exit_code(told, bytes(seen.status), self.output.tail)
        if seen.ended_by:
            broken, outside = "", 0
        words = self.output.tail + self.output.kept[-(1 << 20) :]
        return Ending(
            code=code,
            broken=broken,
            ended_by=seen.ended_by,
            outside=outside,
            oom_kills=self._group.oom_kills() if self._group else -1,
            refused=self._group.refused() if self._group else -1,
            disk_full=free <= 0.001,
            disk_low=min(free, seen.lowest) < _DISK_LOW,
            disk_said=any(word in words for word in DISK_WORDS),
            connections=tuple(self._connections()),
            limits={"wall": limits.wall, "cpu": limits.cpu_seconds, "memory": limits.memory, "processes": limits.processes},
        )


def _exit_code(told: int | None, status: bytes, tail: bytes) -> tuple[int, str, int]:
    """Give the exit status, what broke in words, and a signal from outside.

    Bubblewrap writes an object with ``child-pid`` when the command's process is there, and one with ``exit-code`` at
    its end; without the first, what ended was bubblewrap. Source: bwrap(1), --json-status-fd.
    """
    lines = [json.loads(line) for line in status.splitlines() if line.startswith(b"{") and line.endswith(b"}")]
    facts: dict[str, Any] = {key: value for line in lines for key, value in line.items()}
    if told is None:
        return 128 + signal.SIGKILL, "The room's keeper ended before the command did.", 0
    if "exit-code" in facts:
        return int(facts["exit-code"]), "", 0
    if told < 0:
        return 128 - told, "", -told
    words = tail.decode("utf-8", "replace").strip().splitlines()
    return told, f"The room could not be entered: {words[-1] if words else f'bubblewrap ended with {told}'}", 0
