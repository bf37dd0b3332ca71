"""The local runner: the port's methods, on keepers, control groups and bubblewrap."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from codestrata.errors import LimitExceeded
from codestrata.sandbox import seccomp
from codestrata.sandbox.base import Caps, Command, Exit, Handle, Isolation, Job, Room
from codestrata.sandbox.local import groups, images, recipe, toolchains
from codestrata.sandbox.local.link import Keeper, RoomBroken
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.running import LocalHandle, Pipes
from codestrata.settings.sandbox import SandboxSettings


class LocalRunner:
    """Runs foreign code in namespaces on this host. ``scratch`` is a folder on disk for what rooms write."""

    name = "local"

    def __init__(self, settings: SandboxSettings, scratch: Path) -> None:
        self._settings = settings
        self._scratch = scratch.absolute()
        self._lock = threading.Lock()
        self._tools: toolchains.Toolchains | None = None
        self._filter = seccomp.program()

    def probe(self) -> Caps:
        """Try for real what this host gives; cheap after the first call."""
        provides = {Isolation.USERNS, Isolation.STRICT} if groups.find() else {Isolation.USERNS}
        return Caps("local", provides=frozenset(provides))

    def prepare(self, job: Job) -> LocalRoom:
        """Make a room, start its services and wait until they are ready."""
        folder = self._scratch / _label(job)
        (folder / "base").mkdir(parents=True)
        keeper = Keeper(job.id)
        room = LocalRoom(job, folder, keeper, {"kind": "image", "path": str(folder / "disk")}, None)
        try:
            images.make_image(folder / "disk", job.limits.disk)
            place = groups.find()
            room.place = place.below(f"strata-{folder.name}") if place else None
            layers = [{"kind": "image", "path": str(layer / "disk")} for layer in job.layers]
            plan = recipe.room_plan(job, folder / "base", room.backing, layers, self._toolchains(), root=not os.geteuid())
            room.notes = keeper.build(plan)
            room.disk = keeper.open("/disk")
        except BaseException:
            self.destroy(room)
            raise
        return room

    def start(self, room: Room, command: Command) -> LocalHandle:
        """Start a command."""
        assert isinstance(room, LocalRoom)  # noqa: S101 -- a runner gets its own rooms
        with room.lock:
            room.started += 1
            number = room.started
        group = room.place.group(f"c{number}", command.limits) if room.place else None
        pipes, theirs = _pipes(self._files(room.job, command))
        doors = [os.open(door, os.O_WRONLY | os.O_CLOEXEC) for door in group.doors] if group else []
        try:
            files = [theirs[0], theirs[1], *doors, *theirs[2:]]
            program = shutil.which("bwrap") or "/usr/bin/bwrap"
            answer, _ = room.keeper.ask(
                "start",
                files,
                argv=["bwrap", "--args", str(recipe.ARGUMENTS), "--", *recipe.argv(command)],
                program=program,
                groups=len(doors),
                rlimits=recipe.rlimits(room.job.limits),
                user=[recipe.NOBODY, recipe.NOBODY] if not os.geteuid() else None,
            )
        finally:
            for file in (*theirs, *doors):
                os.close(file)
        pid = answer["pid"]
        handle = LocalHandle(command, pipes, group, lambda: _kill(room.keeper, pid), room.free, tuple)
        with room.lock:
            room.handles.append(handle)
        return handle

    def stream(self, handle: Handle) -> Iterator[bytes]:
        """Give its output as it comes."""
        assert isinstance(handle, LocalHandle)  # noqa: S101 -- a runner gets its own handles
        return handle.output.chunks()

    def wait(self, handle: Handle) -> Exit:
        """Wait until it and all its processes are gone, and say how it ended."""
        assert isinstance(handle, LocalHandle)  # noqa: S101 -- a runner gets its own handles
        return handle.wait()

    def cancel(self, handle: Handle) -> None:
        """End a command."""
        assert isinstance(handle, LocalHandle)  # noqa: S101 -- a runner gets its own handles
        handle.end("cancel")

    def pack(self, room: Room, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Write files of the work tree that match globs as a tar file."""
        raise LimitExceeded("not yet")

    def unpack(self, room: Room, archive: Path) -> None:
        """Put a tar file that ``pack`` wrote back."""
        raise LimitExceeded("not yet")

    def layer(self, room: Room, into: Path) -> None:
        """Keep what the room wrote as a layer in a new folder."""
        assert isinstance(room, LocalRoom)  # noqa: S101 -- a runner gets its own rooms
        for handle in room.handles:
            handle.end("cancel")
            handle.wait()
        room.let_go()
        room.keeper.ask("seal")
        into.mkdir(parents=True)
        (room.folder / "disk").rename(into / "disk")

    def destroy(self, room: Room) -> None:
        """End everything in the room and remove it."""
        assert isinstance(room, LocalRoom)  # noqa: S101 -- a runner gets its own rooms
        for handle in room.handles:
            handle.end("cancel")
        room.let_go()
        room.keeper.close()
        for handle in room.handles:
            handle.wait()
        if room.place:
            room.place.remove()
        with suppress(OSError):
            shutil.rmtree(room.folder)

    def sweep(self) -> list[str]:
        """Remove what owners that are no more left behind."""
        return []

    def _toolchains(self) -> toolchains.Toolchains:
        with self._lock:
            if self._tools is None:
                self._tools = toolchains.find(self._settings.toolchains)
            return self._tools

    def _files(self, job: Job, command: Command) -> list[bytes]:
        """Give what bubblewrap reads: its arguments, the filter, the script."""
        program = shutil.which("bwrap") or "/usr/bin/bwrap"
        args = recipe.wrap(program, job, command, self._toolchains(), disable_userns=True)
        return [b"\0".join(os.fsencode(arg) for arg in args) + b"\0", self._filter, command.script.encode()]


def _pipes(texts: list[bytes]) -> tuple[Pipes, list[int]]:
    """Make a command's pipes and files: ours, and theirs as output, end, arguments, status, filter, script."""
    output, output_in = os.pipe2(os.O_CLOEXEC)
    end, end_in = os.pipe2(os.O_CLOEXEC)
    status, status_in = os.pipe2(os.O_CLOEXEC)
    files = [_memory(text) for text in texts]
    return Pipes(output, end, status), [end_in, output_in, files[0], status_in, *files[1:]]


def _memory(text: bytes) -> int:
    file = os.memfd_create("sandbox", os.MFD_CLOEXEC)
    view = memoryview(text)
    while view:
        view = view[os.write(file, view) :]
    os.lseek(file, 0, os.SEEK_SET)
    return file


def _kill(keeper: Keeper, pid: int) -> None:
    with suppress(RoomBroken):
        keeper.ask("kill", pid=pid)


def _label(job: Job) -> str:
    return f"{job.id}.{os.getpid()}"
