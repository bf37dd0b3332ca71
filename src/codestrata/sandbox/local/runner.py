"""The local runner: the port's methods, on keepers, control groups and bubblewrap."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from codestrata.errors import InvalidInput, SecurityViolation
from codestrata.sandbox import files
from codestrata.sandbox.base import Caps, Command, Exit, Isolation, Job
from codestrata.sandbox.local import layers, places, sweeping, toolchains
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.host import Host, seen_host
from codestrata.sandbox.local.launching import Launcher
from codestrata.sandbox.local.opening import close_room, open_room
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.running import LocalHandle
from codestrata.sandbox.local.services import start_services
from codestrata.settings.sandbox import SandboxSettings

_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")


class LocalRunner:
    """Runs foreign code in namespaces on this host. ``scratch`` is a folder on disk for what rooms write."""

    name = "local"

    def __init__(self, settings: SandboxSettings, scratch: Path) -> None:
        self.settings = settings
        self._scratch = scratch.absolute()

    def probe(self) -> Caps:
        """Try for real what this host gives; cheap after the first call."""
        return self._host.caps

    def prepare(self, job: Job) -> LocalRoom:
        """Make a room, start its services and wait until they are ready."""
        if not _ID.fullmatch(job.id):
            raise InvalidInput("a job's id is 1 to 48 letters, digits, - and _", where=job.id[:64])
        if job.image != "host":
            raise InvalidInput(
                f"the local runner has no images, only the host's programs, not {job.image!r}", where=job.id
            )
        caps, wanted = self.probe(), job.isolation or Isolation.USERNS
        if wanted not in caps.provides:
            given = ", ".join(sorted(caps.provides)) or f"none: {caps.reason}"
            hint = "`strata doctor sandbox` shows what is missing"
            raise SecurityViolation(f"isolation {wanted} is not to be had here, but {given}", where=job.id, hint=hint)
        tools = toolchains.find(tuple(self.settings.toolchains))
        room = open_room(job, self._host.ways, tools, self._scratch)
        try:
            start_services(room, self._launcher)
        except BaseException:
            close_room(room)
            raise
        return room

    def start(self, room: LocalRoom, command: Command) -> LocalHandle:
        """Start a command."""
        if room.sealed:
            raise InvalidInput("the room was kept as a layer or destroyed: nothing runs in it", where=room.job.id)
        handle = self._launcher.start(room, command)
        with room.lock:
            room.handles.append(handle)
        return handle

    def stream(self, handle: LocalHandle) -> Iterator[bytes]:
        """Give its output as it comes."""
        return handle.output.read()

    def wait(self, handle: LocalHandle) -> Exit:
        """Wait until it and all its processes are gone, and say how it ended."""
        ended = handle.wait()
        if ended is None:
            raise RoomBroken("a command's end was never told")
        return ended

    def cancel(self, handle: LocalHandle) -> None:
        """End a command."""
        handle.end("cancel")

    def pack(self, room: LocalRoom, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Write files of the work tree that match globs as a tar file: read here, by descriptors, through no link."""
        with _inside(room) as (work, home):
            return files.pack(work, home, patterns, out, limit)

    def unpack(self, room: LocalRoom, archive: Path) -> None:
        """Put a tar file that ``pack`` wrote back: written here, by descriptors below the room's folders alone."""
        with _inside(room) as (work, home):
            files.unpack(archive, work, home, room.user if self._host.ways.root else -1)

    def layer(self, room: LocalRoom, into: Path) -> None:
        """Keep what the room wrote as a layer in a new folder."""
        if room.sealed:
            raise InvalidInput("the room was kept as a layer already", where=room.job.id)
        room.sealed = True
        room.end("cancel")
        layers.keep(room, into)

    def destroy(self, room: LocalRoom) -> None:
        """End everything in the room and remove it."""
        close_room(room)

    def sweep(self) -> list[str]:
        """Remove what owners that are no more left behind."""
        sweeping.sweep_groups(places.find())
        return sweeping.sweep(self._scratch)

    @property
    def _host(self) -> Host:
        return seen_host(self._scratch)

    @property
    def _launcher(self) -> Launcher:
        return Launcher(self._host.ways, toolchains.find(tuple(self.settings.toolchains)), self.settings)


@contextmanager
def _inside(room: LocalRoom) -> Iterator[tuple[Path, Path]]:
    """Give the work tree and the home folder of a room as this process can reach them, by a descriptor of its root."""
    root = room.keeper.open("/room")
    try:
        yield Path(f"/proc/self/fd/{root}/work"), Path(f"/proc/self/fd/{root}/home/ci")
    finally:
        os.close(root)
