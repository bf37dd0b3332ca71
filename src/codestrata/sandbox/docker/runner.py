"""The docker runner: the port's methods, on containers of an engine on this machine.

Every command is a container of its own, which gives it the kernel's limits, an end that leaves nothing, and the
engine's word on memory; what they share are the room's files. Services share one network with the job's commands.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput, SecurityViolation, StrataError
from codestrata.sandbox.base import Caps, Command, Exit, Handle, Isolation, Job, Room
from codestrata.sandbox.docker import counters, image, network, options, probing, writable
from codestrata.sandbox.docker.attached import Attached
from codestrata.sandbox.docker.engine import Engine, EngineBroken
from codestrata.sandbox.docker.room import OWNED, PREFIX, DockerRoom, furnish, machine, vanish
from codestrata.sandbox.docker.running import DockerHandle, Started
from codestrata.sandbox.files import claim, pack, unpack
from codestrata.sandbox.local.toolchains import Toolchains, find
from codestrata.sandbox.owner import alive
from codestrata.settings.sandbox import SandboxSettings


class DockerRunner:
    """Runs foreign code in containers. ``scratch`` is a folder on disk for what rooms write."""

    name = "docker"

    def __init__(self, settings: SandboxSettings, scratch: Path) -> None:
        self.settings = settings
        self._scratch = scratch.absolute()
        self._engine = Engine(settings.docker_host)
        self._lock = threading.Lock()
        self._caps: Caps | None = None

    @property
    def _tools(self) -> Toolchains:
        return find(self.settings.toolchains)

    def probe(self) -> Caps:
        """Try for real what the engine gives: a container is run. Cheap after the first call that found it usable."""
        with self._lock:
            if self._caps is None or not self._caps.usable:
                self._scratch.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=self._scratch, prefix="probe-") as folder:
                    self._caps = probing.probe(self._engine, Path(folder))
            return self._caps

    def prepare(self, job: Job) -> DockerRoom:
        """Make a room, start its services and wait until they are ready."""
        caps = self.probe()
        if not caps.usable:
            raise EngineBroken(caps.reason, where=job.id)
        wanted = job.isolation or Isolation.CONTAINER
        if wanted not in caps.provides:
            raise SecurityViolation(f"this container engine does not give {wanted}", where=job.id)
        picture = image.prepared(self._engine, job.image)
        folder = self._scratch / f"{PREFIX}{job.id}"
        claim(folder, job)
        folder.chmod(0o700)  # its files belong to 1000, who may be somebody on this host
        try:
            disk, files = furnish(folder, job)
            room = DockerRoom(job, folder, picture, self._tools, disk, files, counters.place(self._engine, job.id))
            room.mounts = writable.of_job(self._engine, job.image, picture, disk.place, files.owner)
        except OSError as error:
            vanish(folder, job.id)
            raise EngineBroken(f"a room's files cannot be put in place: {error}", where=job.id) from error
        except BaseException:
            vanish(folder, job.id)
            raise
        try:
            network.serve(self._engine, room)
        except BaseException:
            self.destroy(room)
            raise
        return room

    def start(self, room: Room, command: Command) -> DockerHandle:
        """Start a command."""
        assert isinstance(room, DockerRoom)  # noqa: S101 -- a runner gets its own rooms
        if room.sealed:
            raise InvalidInput("the room was kept as a layer: nothing runs in it any more", where=room.job.id)
        if command.network.hosts and room.job.isolation is Isolation.GVISOR:
            raise InvalidInput("no way to the network from gVisor", where=room.job.id, hint="use isolation container")
        number = room.number()
        way = network.Way(self._engine, room, command, self.settings)
        own = counters.counters(room.place, room.job.id, f"c{number}", command.limits)

        def close() -> Any:
            if own:
                own.remove()
            return way.close()

        try:
            container, frames = self._launched(room, command, number, way.network, own.parent if own else "")
        except BaseException:
            close()
            raise
        handle = DockerHandle(self._engine, command, Started(container, frames, own, room.disk, close, room.image))
        with room.lock:
            room.handles.append(handle)
        return handle

    def _launched(
        self, room: DockerRoom, command: Command, number: int, where: str, parent: str
    ) -> tuple[str, Attached]:
        """Make a container, listen to it, start it."""
        mounted = options.binds(room.job, str(room.disk.place), room.tools)
        if command.script:
            step = room.folder / "steps" / str(number)
            step.write_text(command.script, "utf-8", "surrogateescape")
            step.chmod(0o644)
            mounted.append(f"{step}:{options.STEP}:ro")
        host = options.host_config(command.limits, where, mounted, room.job.isolation, parent)
        env = options.variables(room.job, room.tools, command.env)
        host["Mounts"] = list(room.mounts)
        configuration = options.container(room.image, options.argv(command), env, room.labels, host)
        configuration["WorkingDir"] = options.folder(command)
        api = self._engine.api
        with self._engine.asked("cannot start a command"):
            made = str(api.create_container_from_config(configuration)["Id"])
            try:
                frames = self._engine.attach(made)
                api.start(made)
            except BaseException:
                self._engine.remove(made)
                raise
        return made, frames

    def stream(self, handle: Handle) -> Iterator[bytes]:
        """Give its output as it comes."""
        assert isinstance(handle, DockerHandle)  # noqa: S101 -- a runner gets its own handles
        return handle.output.read()

    def wait(self, handle: Handle) -> Exit:
        """Wait until it and all its processes are gone, and say how it ended."""
        assert isinstance(handle, DockerHandle)  # noqa: S101 -- a runner gets its own handles
        return handle.wait()

    def cancel(self, handle: Handle) -> None:
        """End a command."""
        assert isinstance(handle, DockerHandle)  # noqa: S101 -- a runner gets its own handles
        handle.end("cancel")

    def pack(self, room: Room, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Write files that match globs as a tar file."""
        assert isinstance(room, DockerRoom)  # noqa: S101 -- a runner gets its own rooms
        return pack(room.files.work, room.files.home, patterns, out, limit)

    def unpack(self, room: Room, archive: Path) -> None:
        """Put a tar file that ``pack`` wrote back."""
        assert isinstance(room, DockerRoom)  # noqa: S101 -- a runner gets its own rooms
        unpack(archive, room.files.work, room.files.home, room.files.owner)

    def layer(self, room: Room, into: Path) -> None:
        """Keep what the room wrote as a layer in a new folder."""
        assert isinstance(room, DockerRoom)  # noqa: S101 -- a runner gets its own rooms
        room.sealed = True
        for handle in room.handles:
            handle.end("cancel")
            handle.wait()
        try:
            room.files.keep(into)
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)
            raise

    def destroy(self, room: Room) -> None:
        """End everything in the room and remove it."""
        assert isinstance(room, DockerRoom)  # noqa: S101 -- a runner gets its own rooms
        try:
            room.close(self._engine)
        except StrataError:  # the engine is gone: ``sweep`` finds what is left when it is back
            vanish(room.folder, room.job.id)

    def sweep(self) -> list[str]:
        """Remove containers and folders of owners that are no more; those of other machines are theirs to sweep."""
        swept: dict[str, None] = {}
        for folder in sorted(self._scratch.glob(f"{PREFIX}*")):
            owner = folder / OWNED
            if owner.is_file() and not alive(owner.read_text()):
                job = folder.name.removeprefix(PREFIX)
                vanish(folder, job)
                swept[job] = None
        for found in self._engine.labelled(f"{options.MACHINE}={machine()}"):
            labels = found["Labels"]
            if not alive(labels.get(options.OWNER, "")):
                self._engine.remove(found["Id"])
                swept[labels.get(options.JOB, found["Id"])] = None
        return list(swept)
