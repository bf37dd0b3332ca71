"""A prepared room of the local runner."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.sandbox.base import Job
from codestrata.sandbox.local.groups import Place
from codestrata.sandbox.local.link import Keeper
from codestrata.sandbox.local.running import LocalHandle


@dataclass(slots=True)
class LocalRoom:
    """``folder`` is the room's on the host, ``place`` its control groups, ``disk`` a descriptor of the backing."""

    job: Job
    folder: Path
    keeper: Keeper
    backing: dict[str, str | int]
    place: Place | None
    disk: int = -1
    notes: list[str] = field(default_factory=list)
    handles: list[LocalHandle] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    started: int = 0

    def free(self) -> float:
        """Give the part of the backing, in bytes or files, that is free: the scarcer."""
        with self.lock:
            if self.disk < 0:
                return 1.0
            found = os.fstatvfs(self.disk)
        parts = [found.f_bavail / found.f_blocks] if found.f_blocks else []
        parts += [found.f_favail / found.f_files] if found.f_files else []
        return min(parts, default=1.0)

    def let_go(self) -> None:
        """Close the descriptor of the backing."""
        with self.lock:
            if self.disk >= 0:
                os.close(self.disk)
                self.disk = -1
