"""A prepared room of the local runner."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata.sandbox.base import Job
from codestrata.sandbox.hostdisk import HostDisk
from codestrata.sandbox.local.disks import Disk
from codestrata.sandbox.local.groups import Place
from codestrata.sandbox.local.link import Keeper
from codestrata.sandbox.local.running import LocalHandle
from codestrata.sandbox.local.users import NOBODY


@dataclass(slots=True)
class LocalRoom:
    """``folder`` is the room's on the host, ``place`` its control groups; ``notes`` say what is weaker than asked.

    ``user``: the host's user that commands run as, where root makes the room.

    ``sealed``: it was kept as a layer or destroyed, and nothing runs in it any more.
    """

    job: Job
    folder: Path
    keeper: Keeper
    backing: dict[str, Any]
    user: int = NOBODY
    place: Place | None = None
    disk: Disk = field(default_factory=lambda: Disk(-1))
    host: HostDisk = field(default_factory=HostDisk)
    notes: list[str] = field(default_factory=list)
    handles: list[LocalHandle] = field(default_factory=list)
    services: list[LocalHandle] = field(default_factory=list)
    sealed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def end(self, reason: str) -> None:
        """End all that runs in it, and wait until it is gone."""
        with self.lock:
            handles = [*self.handles, *self.services]
        for handle in handles:
            handle.end(reason)
        for handle in handles:
            handle.wait()
