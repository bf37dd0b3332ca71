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

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from codestrata.sandbox.caps import HOST_USER, Caps, Layer, State
from codestrata.sandbox.ends import Connection, Exit, Usage
from codestrata.sandbox.jobs import Command, Isolation, Job, Limits, Mount, Network, Ready, Service

__all__ = [
    "HOME", "HOSTNAME", "HOST_USER", "UID", "USER", "WORK", "Caps", "Command", "Connection", "Exit", "Handle",
    "Isolation", "Job", "Layer", "Limits", "Mount", "Network", "Ready", "Room", "Runner", "Service", "State",
    "Usage", "environment",
]  # fmt: skip

WORK = "/work"
HOME = "/home/ci"
HOSTNAME = "ci"
USER = "ci"
UID = 1000


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
