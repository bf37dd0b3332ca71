"""Where a room's files lie: a file system with exactly the bytes it may use; without root, a watched folder."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from codestrata.sandbox.docker.engine import EngineBroken
from codestrata.sandbox.files.walk import entries
from codestrata.sandbox.hostdisk import HostDisk
from codestrata.sandbox.local.images import make_image

_BLOCK = 4096
#: What a file system takes for itself: a part of it, and this much at least.
_OVERHEAD, _LEAST = 1.1, 24 << 20


class Disk:
    """``place`` is the folder for the room's files. ``limit``: bytes that may be written once it is sealed."""

    def __init__(self, folder: Path, limit: int, content: int) -> None:
        self.place = folder / "disk"
        self._image = folder / "disk.img"
        self._limit = limit
        self._begun = 0
        self._exact = os.geteuid() == 0
        self.host = HostDisk(folder)
        self.place.mkdir()
        if self._exact:
            make_image(self._image, int((limit + content) * _OVERHEAD) + _LEAST)
            _run("mount", "-o", "loop,nosuid,nodev,noatime", str(self._image), str(self.place))

    def begin(self) -> None:
        """Count from now: what is free beyond the limit is taken away by a file that nobody sees."""
        if not self._exact:
            self._begun = size(self.place)
            return
        spare = self._free() - self._limit
        if spare > 0:
            descriptor = os.open(self.place / "ballast", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, spare)
            finally:
                os.close(descriptor)

    def left(self) -> float:
        """Give the part of the limit that is still free, 0 to 1."""
        free = self._free() if self._exact else self._limit - (size(self.place) - self._begun)
        return max(free / self._limit, 0.0) if self._limit else 1.0

    @property
    def watched(self) -> bool:
        """Say whether somebody has to look, since the system does not refuse what is too much."""
        return not self._exact

    def close(self) -> None:
        """Unmount it; harmless when it is not mounted."""
        release(self.place)

    def _free(self) -> int:
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize


def release(place: Path) -> None:
    """Unmount what is mounted at a place, if anything is; it vanishes when its last user does."""
    with suppress(OSError, EngineBroken):
        while os.path.ismount(place):
            _run("umount", "-l", str(place))


def size(folder: Path) -> int:
    """Give the bytes that the files below a folder take, in whole blocks."""
    return sum(-(-entry.info.st_size // _BLOCK) * _BLOCK + _BLOCK for entry in entries(folder))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise EngineBroken(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        raise EngineBroken(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()}")
