"""What a room is asked for: the job, its limits, its network, and the commands that run in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Isolation(StrEnum):
    """What a pipeline can ask for. A runner gives it whole, or the job is refused: it never runs with less."""

    USERNS = "userns"
    """Own user, mount, pid, network, ipc and uts namespaces, no capability, a system call filter, limits."""
    STRICT = "strict"
    """All that, and the limits of memory and processes are the kernel's (control groups), not a watcher's."""
    CONTAINER = "container"
    """A container engine's: an image, own namespaces, no capability, a system call filter, the kernel's limits."""
    GVISOR = "gvisor"
    """A container whose system calls a second kernel serves (runsc)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use; ``disk`` and ``memory`` are bytes. 0 means no limit, where the field says so."""

    wall: float = 600.0
    """Seconds from start to end."""
    cpu_seconds: float = 0.0
    """Processor seconds of all its processes; 0: only ``wall`` and ``cpus`` limit them."""
    cpus: float = 2.0
    """Processors' worth of time at once."""
    memory: int = 2 << 30
    """Bytes of memory of all its processes."""
    processes: int = 256
    """Processes and threads at once."""
    disk: int = 4 << 30
    """Bytes that a job's commands may write in all (work tree, home, /tmp); the job's, not each command's."""
    output: int = 4 << 20
    """Bytes of output that are kept; the rest is read, counted and dropped."""


@dataclass(frozen=True, slots=True)
class Network:
    """Which hosts a command may reach, by HTTPS through a logging proxy; none: no network at all.

    ``hosts``: names; ``.example.org`` means any host below it. ``before``: seconds since 1970; where a registry's
    answers carry dates, what is newer is not served; 0 means everything is.
    """

    hosts: tuple[str, ...] = ()
    before: int = 0


@dataclass(frozen=True, slots=True)
class Mount:
    """A host folder or file that a room sees read-only, at ``target`` (absolute; the same path unless told)."""

    source: Path
    target: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """When a service is ready: a TCP port answers, or a command ends with 0, within ``timeout`` seconds."""

    tcp: int = 0
    command: str = ""
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs beside a job's commands; they reach it at 127.0.0.1."""

    name: str
    command: str = ""
    image: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Ready = Ready()


@dataclass(frozen=True, slots=True)
class Job:
    """What a room is made for.

    ``id`` is unique among living jobs: letters, digits, ``-`` and ``_``, at most 48; it becomes the label of everything
    the job creates. ``tree`` is a host folder with the source files, never written to. ``layers`` are what rooms of
    earlier jobs left, oldest first. ``image``: "host" for the host's own programs, read-only; or an image's name for
    runners that have images. ``epoch``: SOURCE_DATE_EPOCH, in seconds since 1970.
    """

    id: str
    tree: Path
    layers: tuple[Path, ...] = ()
    image: str = "host"
    isolation: Isolation | None = None
    limits: Limits = Limits()
    mounts: tuple[Mount, ...] = ()
    services: tuple[Service, ...] = ()
    epoch: int = 315532800


@dataclass(frozen=True, slots=True)
class Command:
    """What runs in a room: a shell script (``sh -e``, or another shell by name), or ``argv`` as it is.

    ``folder`` is relative to the work tree. ``limits.disk`` is the job's and ignored here.
    """

    script: str = ""
    argv: tuple[str, ...] = ()
    shell: str = "sh"
    folder: str = "."
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    network: Network = Network()
