"""A prepared room of the docker runner: its files, its services, and what the engine made for it."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata.sandbox.base import UID, Job
from codestrata.sandbox.docker import counters
from codestrata.sandbox.docker.disk import Disk, release, size
from codestrata.sandbox.docker.engine import Engine
from codestrata.sandbox.docker.options import JOB, MACHINE, OWNER
from codestrata.sandbox.docker.running import DockerHandle
from codestrata.sandbox.files import Tree, destroy
from codestrata.sandbox.local.groups import Place
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.owner import me

PREFIX = "docker-"
OWNED = "owner"


@dataclass(slots=True)
class DockerRoom:
    """``folder`` holds it on this host; ``image`` is the engine's id; ``pause`` keeps the network of its services.

    ``mounts``: what lies over the volumes of its image. ``turn``: beside services there is one network, and so one way
    out at a time.
    """

    job: Job
    folder: Path
    image: str
    tools: Toolchains
    disk: Disk
    files: Tree
    place: Place | None
    pause: str = ""
    mounts: list[dict[str, Any]] = field(default_factory=list)
    handles: list[DockerHandle] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    turn: threading.Lock = field(default_factory=threading.Lock)
    started: int = 0
    sealed: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """Give the labels of everything that is made for it."""
        return {JOB: self.job.id, OWNER: me(), MACHINE: machine()}

    def number(self) -> int:
        """Count a command."""
        with self.lock:
            self.started += 1
            return self.started

    def close(self, engine: Engine) -> None:
        """End its containers, give its files back; what fails is left to ``sweep``."""
        for handle in self.handles:
            handle.end("cancel")
        for handle in self.handles:
            handle.wait()
        if self.pause or self.job.services:
            for container in engine.labelled(f"{JOB}={self.job.id}"):
                engine.remove(container["Id"])
        vanish(self.folder, self.job.id)


def machine() -> str:
    """Name this machine's run, from its boot to its end: owners are processes of it."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


def vanish(folder: Path, job: str) -> None:
    """Remove a room's folder with what is mounted in it, and its control groups."""
    release(folder / "disk")
    counters.clear(job)
    destroy(folder)


def furnish(folder: Path, job: Job) -> tuple[Disk, Tree]:
    """Make a room's files below its folder: the tree and the layers copied, room for what it may write."""
    (folder / OWNED).write_text(me())
    (folder / "steps").mkdir()
    content = sum(size(source) for source in (job.tree, *job.layers))
    disk = Disk(folder, job.limits.disk, content)
    owner = UID if os.geteuid() == 0 else -1
    files = Tree(disk.place, owner)
    files.fill(job.tree, job.layers)
    temporary = disk.place / "tmp"
    temporary.mkdir()
    temporary.chmod(0o1777)
    disk.begin()
    return disk, files


def settle(until: float) -> None:
    """Sleep a moment, but not past a time of the monotonic clock."""
    time.sleep(min(0.05, max(until - time.monotonic(), 0)))
