"""What all repositories of a run share: the runner, the settings, and what is known of the tools."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from codestrata.errors import StrataError
from codestrata.sandbox.base import Command, Exit, Handle, Job, Limits, Network, Room, Runner
from codestrata.sandbox.table import wished
from codestrata.settings.sandbox import SandboxSettings

#: Turns names of package registries into the hosts to be reached and the variables that their clients need.
Hosts: TypeAlias = Callable[[Sequence[str]], tuple[Sequence[str], Mapping[str, str]]]


class Stopped(StrataError):
    """The run is being stopped; nothing more is started."""


@dataclass(slots=True)
class Stand:
    """One run. ``runner`` is None where nothing can be run; ``refusal`` says why. ``scratch``: a folder of its own."""

    runner: Runner | None
    settings: SandboxSettings
    scratch: Path
    hosts: Hosts
    refusal: str = ""
    prefix: str = "outputs"
    _running: dict[int, Handle] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _rooms: int = 0
    _stopped: bool = False

    @contextmanager
    def room(self, tree: Path, layers: tuple[Path, ...] = (), epoch: int = 0) -> Iterator[Room]:
        """Make a room over a tree; it is gone afterwards."""
        assert self.runner is not None  # noqa: S101 -- nobody asks for rooms where nothing can be run
        with self._lock:
            self._rooms += 1
            number = self._rooms
            if self._stopped:
                raise Stopped("stopped")
        isolation = wished(self.settings)
        job = Job(f"{self.prefix}-{number}", tree, layers, isolation=isolation, limits=self.limits(), epoch=epoch)
        room = self.runner.prepare(job)
        try:
            yield room
        finally:
            self.runner.destroy(room)

    @property
    def isolation(self) -> str:
        """Name the isolation that tools run with; "" where nothing can be run."""
        given = self.runner.probe().given(wished(self.settings)) if self.runner else None
        return str(given or "")

    def limits(self, wall: float = 0.0, output: int = 0) -> Limits:
        """Give the settings' limits, for at most ``wall`` seconds and ``output`` bytes (0: the settings')."""
        given = self.settings
        return Limits(
            wall=min(wall, given.timeout) if wall else given.timeout,
            cpus=given.cpus,
            memory=given.memory_mb << 20,
            processes=given.processes,
            disk=given.disk_mb << 20,
            output=output or given.output_kb << 10,
        )

    def run(
        self,
        room: Room,
        script: str,
        limits: Limits,
        *,
        env: Mapping[str, str] | None = None,
        registries: Sequence[str] = (),
    ) -> tuple[Exit, bytes]:
        """Run a script to its end; gives how it ended and what it printed. Without ``registries`` it has no network."""
        assert self.runner is not None  # noqa: S101 -- as above
        hosts, variables = self.hosts(registries) if registries else ((), {})
        network = Network((*hosts, *self.settings.hosts) if registries else ())
        command = Command(script=script, env={**variables, **(env or {})}, limits=limits, network=network)
        handle = self.runner.start(room, command)
        with self._lock:
            self._running[id(handle)] = handle
            stopped = self._stopped
        try:
            if stopped:
                self.runner.cancel(handle)
            said = b"".join(self.runner.stream(handle))
            return self.runner.wait(handle), said
        finally:
            with self._lock:
                del self._running[id(handle)]

    def stop(self) -> None:
        """End everything that runs, and start nothing more."""
        with self._lock:
            self._stopped = True
            running = list(self._running.values())
        for handle in running:
            if self.runner:
                self.runner.cancel(handle)

    def data(self, folder: str) -> str:
        """Give the path of a data folder by its name, where it is among the toolchains; else ""."""
        return next((path for path in self.settings.toolchains if Path(path).name == folder), "")
