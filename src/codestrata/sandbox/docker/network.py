"""The network of containers: none; or one kept by a *pause* container, for services and for the proxy."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from codestrata.errors import InvalidInput
from codestrata.sandbox.base import Command, Connection, Isolation, Limits, Service, environment
from codestrata.sandbox.docker import image, namespace, options, writable
from codestrata.sandbox.docker.engine import Engine, EngineBroken
from codestrata.sandbox.docker.room import DockerRoom, settle
from codestrata.sandbox.proxy import Proxy
from codestrata.sandbox.proxy.server import ADDRESS
from codestrata.settings.sandbox import SandboxSettings

_PAUSE = Limits(cpus=0.1, memory=16 << 20, processes=8)
_FOREVER = ["/bin/sh", "-c", "exec sleep 2147483647"]
_WORDS = 2000
_READ_ONLY = f"an image may write to its volumes, /tmp, {', '.join(writable.OF_SERVICES)}: have it use those"


class Way:
    """A command's way out: the network its container joins, the proxy behind it; closing it gives the log."""

    def __init__(self, engine: Engine, room: DockerRoom, command: Command, settings: SandboxSettings) -> None:
        self.network = f"container:{room.pause}" if room.pause else "none"
        self._stack = ExitStack()
        self._proxy: Proxy | None = None
        if not command.network.hosts:
            return
        try:
            if room.pause:
                room.turn.acquire()
                self._stack.callback(room.turn.release)
            pause = room.pause or self._paused(engine, room)
            self.network = f"container:{pause}"
            place = room.folder / f"proxy{room.number()}"
            place.mkdir()
            self._proxy = self._stack.enter_context(Proxy.of(command.network, settings, place))
            self._proxy.listen(namespace.listener(pid(engine, pause), ADDRESS))
        except BaseException:
            self._stack.close()
            raise

    def close(self) -> tuple[Connection, ...]:
        """End it; gives the connections that were asked for."""
        self._stack.close()
        return tuple(self._proxy.connections) if self._proxy else ()

    def _paused(self, engine: Engine, room: DockerRoom) -> str:
        made = pause(engine, room)
        self._stack.callback(engine.remove, made)
        return made


def pause(engine: Engine, room: DockerRoom) -> str:
    """Start a container that does nothing but keep a network of its own, in which only 127.0.0.1 is."""
    picture = image.prepared(engine, image.HOST)
    host = options.host_config(_PAUSE, "none", image.binds(), Isolation.CONTAINER)
    return _started(engine, options.container(picture, _FOREVER, {}, room.labels, host))


def serve(engine: Engine, room: DockerRoom) -> None:
    """Start the job's services, and wait until each is ready. Raises EngineBroken with what one said, if not."""
    if not room.job.services:
        return
    if room.job.isolation is Isolation.GVISOR:
        hint = "its containers cannot share a network: use isolation container"
        raise InvalidInput("services do not work with gVisor", where=room.job.id, hint=hint)
    room.pause = pause(engine, room)
    running = [(service, _service(engine, room, service, i)) for i, service in enumerate(room.job.services)]
    for service, container in running:
        _await(engine, room, service, container)


def _service(engine: Engine, room: DockerRoom, service: Service, number: int) -> str:
    """Start one service; it sees the room's files, and the programs of its image, and writes on the room's disk."""
    own = service.image or room.job.image
    picture = image.prepared(engine, own)
    mounted = options.binds(room.job, str(room.disk.place), room.tools, own)
    host = options.host_config(room.job.limits, f"container:{room.pause}", mounted, room.job.isolation)
    host |= {"LogConfig": {"Type": "json-file", "Config": {"max-size": "64k"}}}
    if own != image.HOST:
        place, more = room.disk.place / f"service-{number}", writable.OF_SERVICES
        host["Mounts"] = writable.mounts(engine, picture, place, room.files.owner, more)
    words = ["/bin/sh", "-c", service.command] if service.command else []
    env = options.variables(room.job, room.tools, service.env) if own == image.HOST else {**service.env}
    found = options.container(picture, words, env or environment(room.job), room.labels, host)
    if not words:
        del found["Entrypoint"], found["Cmd"]
    return _started(engine, found)


def _started(engine: Engine, configuration: dict[str, object]) -> str:
    with engine.asked("cannot start a container"):
        made = str(engine.api.create_container_from_config(configuration)["Id"])
        try:
            engine.api.start(made)
        except BaseException:
            engine.remove(made)
            raise
        return made


def _await(engine: Engine, room: DockerRoom, service: Service, container: str) -> None:
    until = time.monotonic() + service.ready.timeout
    while not _ready(engine, room, service, container):
        with engine.asked("stopped answering"):
            alive = engine.api.inspect_container(container)["State"]["Running"]
            said = engine.api.logs(container, tail=20).decode("utf-8", "replace").strip()[-_WORDS:]
        if not alive or time.monotonic() > until:
            hint = _READ_ONLY if "ead-only file system" in said else ""
            why = f"was not ready within {service.ready.timeout:g} s" if alive else "ended"
            last = said or "it said nothing"
            raise EngineBroken(f"the service {service.name} {why}: {last}", where=room.job.id, hint=hint)
        settle(until)


def _ready(engine: Engine, room: DockerRoom, service: Service, container: str) -> bool:
    if service.ready.tcp:
        return namespace.answers(pid(engine, room.pause), service.ready.tcp)
    if not service.ready.command:
        return True
    with engine.asked("cannot ask a service"):
        words = ["/bin/sh", "-e", "-c", service.ready.command]
        run = engine.api.exec_create(container, words, environment=dict(environment(room.job)))
        engine.api.exec_start(run)
        return int(engine.api.exec_inspect(run)["ExitCode"] or 0) == 0


def pid(engine: Engine, container: str) -> int:
    """Give a container's first process, if it is one of this machine's. Raises EngineBroken."""
    with engine.asked("cannot describe a container"):
        number = int(engine.api.inspect_container(container)["State"]["Pid"])
    groups = Path(f"/proc/{number}/cgroup")
    if not number or not groups.exists() or container not in groups.read_text():
        raise EngineBroken("a container's process is not to be seen from here", hint="the engine has to run here")
    return number
