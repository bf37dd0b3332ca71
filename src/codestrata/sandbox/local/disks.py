"""How full a room's writable backing is."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

#: A folder is added up for at most a twentieth of the time.
_SHARE = 20
_SHORTEST = 0.25
#: Bytes that a name counts for at least: empty files and folders fill a host's disk, too.
_EACH = 4096


class Disk:
    """A backing with a size of its own, seen through a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def free(self) -> float:
        """Give the part, of bytes or of files, that is free: the scarcer; 1 when nobody can tell."""
        with self._lock:
            if self._descriptor < 0:
                return 1.0
            found = os.fstatvfs(self._descriptor)
        parts = [found.f_bavail / found.f_blocks] if found.f_blocks else []
        parts += [found.f_favail / found.f_files] if found.f_files else []
        return min(parts, default=1.0)

    def over(self) -> bool:
        """Say whether more is written than allowed: never, it has a size."""
        return False

    def let_go(self) -> None:
        """Close the descriptor, so that the backing can be taken off."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1


class Folder(Disk):
    """A plain folder that is added up every now and then: weaker."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(-1)
        self._path = path
        self._size = size
        self._next = 0.0
        self._used = 0

    def free(self) -> float:
        """Give the part of the allowed bytes that is not used."""
        begun = time.monotonic()
        if begun >= self._next:
            self._used = sum(_blocks(folder, [*names, *below]) for folder, below, names in os.walk(self._path))
            self._next = time.monotonic() + max(_SHORTEST, _SHARE * (time.monotonic() - begun))
        return 1 - self._used / self._size

    def over(self) -> bool:
        """Say whether more is written than allowed."""
        return self.free() < 0


def _blocks(folder: str, names: list[str]) -> int:
    """Add up what names take: their blocks, or what a file system of a fixed size would set aside for each."""
    total = 0
    for name in names:
        with suppress(OSError):
            total += max(os.lstat(f"{folder}/{name}").st_blocks * 512, _EACH)
    return total
