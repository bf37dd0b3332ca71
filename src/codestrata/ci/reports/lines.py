"""Lines of files of a work tree that somebody else wrote: no link is followed, nothing but regular files is opened."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from pathlib import Path

#: The largest file whose lines are read, in bytes, and how many files are held.
_MOST, _HELD = 4 << 20, 16


class Lines:
    """Reads lines for :class:`codestrata.ci.reports.Source`; for one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: OrderedDict[str, list[bytes]] = OrderedDict()

    def __call__(self, path: str, line: int) -> str | None:
        """Give a line (from 1) without its end, or None where there is no such line or file."""
        if path not in self._files:
            self._files[path] = _read(self._folder, path).split(b"\n")
            if len(self._files) > _HELD:
                self._files.popitem(last=False)
        found = self._files[path]
        if not 0 < line <= len(found) or found == [b""]:
            return None
        return found[line - 1].decode("utf-8", "replace").rstrip("\r")


def _read(folder: Path, path: str) -> bytes:
    """Read a file by its relative path, folder by folder; b"" where that leads elsewhere or nowhere."""
    steps = path.encode("utf-8", "surrogateescape").split(b"/")
    if path.startswith("/") or b".." in steps or b"\0" in path.encode("utf-8", "surrogateescape"):
        return b""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    place = -1
    try:
        place = os.open(folder, flags | os.O_DIRECTORY)
        for i, step in enumerate(steps):
            inner = os.open(step, flags | (os.O_DIRECTORY if i < len(steps) - 1 else 0), dir_fd=place)
            os.close(place)
            place = inner
        told = os.fstat(place)
        if not stat.S_ISREG(told.st_mode) or told.st_size > _MOST:
            return b""
        with os.fdopen(os.dup(place), "rb") as handle:
            return handle.read(_MOST)
    except OSError:
        return b""
    finally:
        if place >= 0:
            os.close(place)
