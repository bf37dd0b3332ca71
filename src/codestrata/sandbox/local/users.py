"""Host users for rooms: each room that root makes gets one of its own, whom nobody else on this machine is.

So the kernel's limits for each user (inotify, keys, queues, processes) are a room's own, and rooms are strangers to one
another. A user is leased by a lock on one byte of a file; the lock is held by the room's keeper and goes with its last
process, however that ends: nothing is left to be cleared up. Source: fcntl(2), open file description locks.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import struct
from collections.abc import Sequence
from pathlib import Path

#: Where leases are kept: of this machine's run, and of root's alone.
FOLDER = Path("/run/codestrata")
_FILE = "users"
#: Who files of rooms belong to on a disk, whichever user their room had; and the user of rooms that have none.
NOBODY = 65534
#: First users of ranges that nobody gives out, and how many; the second is for containers, which have 65536 at most.
#: Source: systemd.io/UIDS-GIDS ("unused").
RANGES = ((1_900_000_000, 65_536), (60_600, 512))
_TRIES = 64


def span(proc: Path = Path("/proc/self")) -> tuple[int, int]:
    """Give the first user and how many there are to be leased here; (0, 0): none, in a small user namespace."""
    try:
        maps = [_mapped((proc / name).read_text()) for name in ("uid_map", "gid_map")]
    except OSError:
        return 0, 0
    for first, count in RANGES:
        if all(any(low <= first and first + count <= high for low, high in known) for known in maps):
            return first, count
    return 0, 0


def lease(folder: Path = FOLDER, within: tuple[int, int] | None = None) -> tuple[int, int]:
    """Give a user that nobody has, and the descriptor that holds the lease as long as it, or a copy, is open.

    Raises OSError where there is none, or no place to keep leases.
    """
    first, count = within or span()
    if not count:
        raise OSError("users beyond nobody are not mapped here")
    file = _opened(folder)
    start = secrets.randbelow(count)  # one that was let go is not taken again soon
    for number in range(min(count, _TRIES)):
        at = (start + number) % count
        if _locked(file, at):
            return first + at, file
    os.close(file)
    raise OSError("every user is taken")


def _opened(folder: Path) -> int:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise OSError(f"{folder} is somebody else's")
    return os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _locked(file: int, at: int) -> bool:
    # struct flock: type, whence, start, length, pid (0 for these locks)
    wanted = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, at, 1, 0)
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, wanted)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _mapped(text: str) -> Sequence[tuple[int, int]]:
    """Give the ranges of ids that a map has, as first and beyond the last: user_namespaces(7)."""
    rows = [[int(word) for word in line.split()] for line in text.splitlines()]
    return [(inside, inside + count) for inside, _, count in rows]
