"""The host's disk, on which the backing of a room lies: when it is full, what fails there is not the code's doing.

A backing in a file is sparse. What a room writes into it while the host's disk is full is lost without a word, unless
the program waits for it (fsync): what fails later may fail of that.
"""

from __future__ import annotations

import os
from pathlib import Path

#: Bytes below which a disk is as good as full, and names.
_ROOM, _NAMES = 16 << 20, 16


class HostDisk:
    """The disk that a folder lies on; without a folder (a room in memory), none, which is never full."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._was_full = False

    def was_full(self) -> bool:
        """Look, and say whether it was full at this or an earlier look."""
        self._was_full = self._was_full or (self._folder is not None and full(self._folder))
        return self._was_full


def full(folder: Path) -> bool:
    """Say whether the disk that a folder lies on has no room left for what this process writes; no, if nobody knows."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    blocks = found.f_bavail if os.geteuid() else found.f_bfree
    return blocks * found.f_frsize < _ROOM or (found.f_files > 0 and found.f_ffree < _NAMES)
