"""A running command: one thread reads its output, another holds it to its limits and sees how it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from codestrata.errors import StrataError
from codestrata.sandbox.base import Command, Connection, Exit
from codestrata.sandbox.classify import DISK_WORDS, Ending, ended
from codestrata.sandbox.docker.attached import Attached
from codestrata.sandbox.docker.counters import Counters
from codestrata.sandbox.docker.disk import Disk
from codestrata.sandbox.docker.engine import Engine, EngineBroken
from codestrata.sandbox.output import Output

#: Seconds between two looks at what a command uses, and between two looks at a disk that nobody else watches.
_LOOK, _DISK_LOOK = 0.1, 1.0
#: Seconds that the engine gets to end a container.
_PATIENCE = 10.0
_FULL, _LOW = 0.001, 0.02
_SIGNALS = 128
_KILLED = 137
#: What programs print when a process is refused: strerror(EAGAIN), and the words of shells.
_FORK_WORDS = (b"Resource temporarily unavailable", b"Cannot fork", b"fork: retry", b"can't fork")


@dataclass(slots=True)
class Started:
    """What was made for a command: its container, its output, its own control group, and what to close at its end."""

    container: str
    frames: Attached
    counters: Counters | None
    disk: Disk
    close: Callable[[], tuple[Connection, ...]]
    image: str = ""


class DockerHandle:
    """A started command."""

    def __init__(self, engine: Engine, command: Command, started: Started) -> None:
        self.command = command
        self.output = Output(command.limits.output)
        self._engine, self._started = engine, started
        self._began = time.monotonic()
        self._ended_by = ""
        self._disk_low = 1.0
        self._broken = ""
        self._silent = threading.Event()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._exit: Exit | None = None
        for target in (self._read, self._watch):
            threading.Thread(target=target, name="docker-command", daemon=True).start()

    def wait(self) -> Exit:
        """Wait for the end."""
        self._done.wait()
        assert self._exit is not None  # noqa: S101 -- set before the event
        return self._exit

    def end(self, reason: str) -> None:
        """End it, for a reason that its class is told by; the first reason counts."""
        with self._lock:
            if self._done.is_set() or self._ended_by:
                return
            self._ended_by = reason
        self._kill()

    def _kill(self) -> None:
        """End the container; where the engine does not answer, its processes are ended without it."""
        import docker.errors

        try:
            with self._engine.asked("cannot end a container"):
                self._engine.api.kill(self._started.container)
        except EngineBroken as error:
            if not isinstance(error.__cause__, docker.errors.APIError) and self._started.counters:
                self._started.counters.kill()

    def _read(self) -> None:
        """Read the output to its end, which is the container's."""
        try:
            for frame in self._started.frames:
                self.output.write(frame)
        except OSError as error:
            self._broken = f"the container engine broke off the output: {error}"
        finally:
            self._started.frames.close()
            self._silent.set()

    def _watch(self) -> None:
        try:
            self._follow()
            self._exit = self._judged(self._state())
        except Exception as error:  # noqa: BLE001 -- nobody may wait for ever
            said = str(error) if isinstance(error, StrataError) else repr(error)
            self._exit = self._of(Ending(code=_KILLED, broken=f"Its end was not seen: {said}"))
        finally:
            self.output.end()
            self._done.set()

    def _follow(self) -> None:
        """Wait for the end of the output; meanwhile see to the limits."""
        look = 0.0
        while not self._silent.wait(_LOOK):
            now = time.monotonic()
            if self._ended_by:
                if not self._silent.wait(_PATIENCE):
                    self._engine.remove(self._started.container)
                    self._silent.wait(_PATIENCE)
                return
            self._limits(now)
            if now >= look:
                look = now + _DISK_LOOK
                self._started.disk.host.was_full()
                self._disk_low = min(self._disk_low, self._started.disk.left())
                if self._started.disk.watched and self._disk_low <= 0:
                    self.end("disk")

    def _limits(self, now: float) -> None:
        limits, counters = self.command.limits, self._started.counters
        if limits.wall and now - self._began > limits.wall:
            self.end("wall")
        elif limits.cpu_seconds and counters and counters.group.cpu_seconds() > limits.cpu_seconds:
            self.end("cpu")

    def _state(self) -> dict[str, Any]:
        """Ask the engine how the container ended; the answer waits for that."""
        try:
            with self._engine.asked("stopped answering"):
                self._engine.api.wait(self._started.container, timeout=_PATIENCE)
                found: dict[str, Any] = self._engine.api.inspect_container(self._started.container)["State"]
                return found
        except EngineBroken as error:
            self._broken = self._broken or str(error)
            if self._started.counters:
                self._started.counters.kill()
            return {}

    def _judged(self, state: dict[str, Any]) -> Exit:
        counters, left = self._started.counters, self._started.disk.left()
        code = int(state.get("ExitCode", _KILLED))
        tail = self.output.tail
        full = left <= _FULL or self._ended_by == "disk"
        forked = bool(counters and counters.at_limit and any(word in tail for word in _FORK_WORDS))
        ending = Ending(
            code=code,
            broken="" if state and not state.get("Error") else self._broken or str(state.get("Error", "")),
            ended_by="" if self._ended_by == "disk" else self._ended_by,
            outside=0 if state.get("OOMKilled") else self._signal_from_outside(code),
            oom_kills=1 if state.get("OOMKilled") else 0,
            refused=max(counters.group.refused() if counters else -1, int(forked)),
            disk_full=full,
            disk_low=min(left, self._disk_low) < _LOW,
            disk_said=any(word in tail for word in DISK_WORDS),
            host_full=self._started.disk.host.was_full(),
            tail=tail,
        )
        return self._of(ending)

    def _of(self, ending: Ending) -> Exit:
        """Close what was made for the command, and put its end into words."""
        group = self._started.counters.group if self._started.counters else None
        cpu, peak = (group.cpu_seconds(), group.peak()) if group else (-1.0, -1)
        self._engine.remove(self._started.container)
        connections = self._started.close()
        wall = time.monotonic() - self._began
        ending = replace(ending, connections=connections, cpu_seconds=cpu, memory=peak, output=self.output.total)
        return ended(ending, self.command, wall, self._started.image)

    def _signal_from_outside(self, code: int) -> int:
        """Say which signal the engine was asked to send by somebody else; the first process gets none from inside."""
        if self._ended_by or code <= _SIGNALS or self._broken:
            return 0
        try:
            with self._engine.asked("cannot tell events"):
                filters = {"container": self._started.container, "event": "kill"}
                now = time.time()  # the engine's clock: it runs on this machine
                since, until = f"{now - (time.monotonic() - self._began) - 1:.9f}", f"{now:.9f}"
                # To the end, or the client keeps the connection.
                events = list(self._engine.api.events(since=since, until=until, filters=filters, decode=True))
                return next((int(event["Actor"]["Attributes"].get("signal", 0)) for event in events), 0)
        except EngineBroken:
            return 0
