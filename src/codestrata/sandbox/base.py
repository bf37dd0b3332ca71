"""The runner port: where foreign code runs, and what became of it.

A *room* is made for one job: a writable copy of a work tree, cut off from the host. Commands run in it one after the
other or side by side and see each other's files; nothing they do reaches the host's tree. What a room wrote can be
kept as a *layer* on which rooms of later jobs stand. The shape (probe, prepare, start, stream, wait, destroy) is that
of CI engines' back ends; source: Woodpecker, ``pipeline/backend/types``.

Inside every room, whatever the runner: the work tree is ``/work``, the home folder ``/home/ci`` (kept in layers, too),
``/tmp`` is empty, the host is called ``ci``, the user ``ci`` (1000), and the environment holds what ``environment()``
gives and the command's own variables, nothing of the host's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from codestrata.model.result import ResultClass

WORK = "/work"
HOME = "/home/ci"
HOSTNAME = "ci"
USER = "ci"
UID = 1000
#: The layer that says whether rooms are different users for the host's kernel.
HOST_USER = "host user"


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


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command took: seconds, processor seconds, peak bytes of memory (-1: not measured), bytes of output."""

    wall: float = 0.0
    cpu_seconds: float = -1.0
    memory: int = -1
    output: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection that a command asked the proxy for. ``allowed``: it was let through.

    ``fault``: "denied" by a rule, "broken" where an allowed host could not be had, or "". ``at``: when it ended, in
    seconds from the command's beginning (-1: not known).
    """

    host: str
    port: int
    allowed: bool
    sent: int = 0
    received: int = 0
    reason: str = ""
    fault: str = ""
    at: float = field(default=-1.0, compare=False)


@dataclass(frozen=True, slots=True)
class Exit:
    """How a command ended.

    ``code`` is the exit status, 128 + n after signal n. ``reason`` is one sentence for people, "" after success.
    ``evidence`` is what the class was told by: signal, oom_kills, processes_refused, disk_full, seconds, syscalls, …
    ``image`` is what its image really was, by the engine's digest; "" where there is none, or it is not told.
    """

    code: int
    result: ResultClass
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    connections: tuple[Connection, ...] = ()
    image: str = ""


class State(StrEnum):
    """How well a layer of isolation works here."""

    OK = "ok"
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of isolation, tried for real: ``detail`` says what was seen, ``hint`` what would make it better."""

    name: str
    state: State
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Caps:
    """What a runner can do on this host. Nothing can be run on it unless ``provides`` names an isolation."""

    runner: str
    version: str = ""
    provides: frozenset[Isolation] = frozenset()
    layers: tuple[Layer, ...] = ()
    reason: str = ""
    """Why nothing can be run, and what to do about it; "" when something can."""

    @property
    def usable(self) -> bool:
        """Say whether foreign code may run here."""
        return bool(self.provides)

    def given(self, asked: Isolation | None) -> Isolation | None:
        """Give what a job runs with: what it asks for, or else the strongest there is but for a second kernel.

        None where it cannot be had: then nothing runs.
        """
        order = (Isolation.STRICT, Isolation.CONTAINER, Isolation.USERNS, Isolation.GVISOR)
        return next((one for one in ((asked,) if asked else order) if one in self.provides), None)


class Room(Protocol):
    """A prepared room; what is in it is the runner's business."""

    @property
    def job(self) -> Job:
        """Give what it was made for."""


class Handle(Protocol):
    """A started command; what is in it is the runner's business."""

    @property
    def command(self) -> Command:
        """Give what runs."""


class Runner(Protocol):
    """Runs foreign code. Methods raise StrataError: SecurityViolation where isolation is refused, else infra errors.

    A runner is safe to use from several threads, one job to each. Everything it makes outside the process (containers,
    control groups, folders, pods) carries the job's id and the owner's process, so that ``sweep`` finds what a killed
    owner left behind.
    """

    name: str

    def probe(self) -> Caps:
        """Try for real what this host gives; cheap after the first call."""

    def prepare(self, job: Job) -> Room:
        """Make a room, start its services and wait until they are ready."""

    def start(self, room: Room, command: Command) -> Handle:
        """Start a command."""

    def stream(self, handle: Handle) -> Iterator[bytes]:
        """Give its output (stdout and stderr as they come), cut at ``limits.output``, until it ends."""

    def wait(self, handle: Handle) -> Exit:
        """Wait until it and all its processes are gone, and say how it ended; its output need not be read for that."""

    def cancel(self, handle: Handle) -> None:
        """End a command; ``wait`` gives ``cancelled``. May be called from any thread, and more than once."""

    def pack(self, room: Room, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Write files of the work tree that match globs (``**`` too) as a tar file of at most ``limit`` bytes.

        Names are relative to the work tree; a pattern that begins with ``~/`` is about the home folder, and the names
        in the tar begin so, too. Folders are taken whole. Symbolic links are kept as links, never followed. Gives the
        number of files; raises LimitExceeded over the limit.
        """

    def unpack(self, room: Room, archive: Path) -> None:
        """Put a tar file that ``pack`` wrote (here or in an earlier room) back, from inside the room."""

    def layer(self, room: Room, into: Path) -> None:
        """Keep what the room wrote as a layer in a new folder; the room can only be destroyed afterwards."""

    def destroy(self, room: Room) -> None:
        """End everything in the room and remove it; never raises, may be called twice."""

    def sweep(self) -> list[str]:
        """Remove what owners that are no more left behind; names it."""


def environment(job: Job) -> dict[str, str]:
    """Give the variables every command starts from: fixed, so that the same command sees the same world."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": HOME,
        "USER": USER,
        "LOGNAME": USER,
        "SHELL": "/bin/sh",
        "TMPDIR": "/tmp",  # noqa: S108 -- the room's own
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "CI": "true",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": str(job.epoch),
    }
