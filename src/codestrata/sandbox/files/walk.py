"""Walking a folder that others may change: by descriptors, never through a link."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import LimitExceeded

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_HELD = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: How many folders below one another a tree may have; paths that programs can name have fewer.
_DEEP = 400
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a tree: its path relative to the root, its name in the open folder ``at``, and what it is."""

    path: str
    name: str
    at: int
    info: os.stat_result

    @property
    def folder(self) -> bool:
        """Say whether it is a folder (and no link to one)."""
        return stat.S_ISDIR(self.info.st_mode)

    @property
    def link(self) -> bool:
        """Say whether it is a symbolic link."""
        return stat.S_ISLNK(self.info.st_mode)

    @property
    def file(self) -> bool:
        """Say whether it is a plain file."""
        return stat.S_ISREG(self.info.st_mode)

    def target(self) -> str:
        """Give where a link leads, as it is written."""
        return os.readlink(self.name, dir_fd=self.at)

    def open(self) -> int:
        """Open a plain file for reading; OSError when it is none (any more)."""
        descriptor = os.open(self.name, _FILE, dir_fd=self.at)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "not a plain file", self.path)
        return descriptor


def entries(root: Path) -> Iterator[Entry]:
    """Give every folder, file and link below a root, folders before what is in them, names in order.

    Pipes, sockets and devices are left out; so is what vanished meanwhile. Raises LimitExceeded for a tree that is too
    deep.
    """
    descriptor = os.open(root, _FOLDER)
    try:
        yield from _below(descriptor, "")
    finally:
        os.close(descriptor)


def _below(at: int, prefix: str) -> Iterator[Entry]:
    for name in sorted(os.listdir(at)):
        try:
            info = os.stat(name, dir_fd=at, follow_symlinks=False)
        except FileNotFoundError:
            continue
        entry = Entry(prefix + name, name, at, info)
        if not (entry.folder or entry.link or entry.file):
            continue
        yield entry
        if entry.folder:
            yield from _inside(entry)


def _inside(entry: Entry) -> Iterator[Entry]:
    if entry.path.count("/") >= _DEEP:
        raise LimitExceeded(f"a tree of more than {_DEEP} folders below one another", where=entry.path[:80])
    try:
        inner = os.open(entry.name, _FOLDER, dir_fd=entry.at)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    except OSError as error:
        if error.errno == errno.ELOOP:
            return
        raise
    try:
        yield from _below(inner, f"{entry.path}/")
    finally:
        os.close(inner)


def opened(root: int, path: str, owner: int = -1, *, make: bool = True) -> int:
    """Open a folder below an open root, making what is missing; OSError (ELOOP, ENOTDIR) where a link is in the way."""
    at = os.dup(root)
    try:
        for name in filter(None, path.split("/")):
            if make:
                _make(at, name, owner)
            inner = os.open(name, _FOLDER, dir_fd=at)
            os.close(at)
            at = inner
    except OSError:
        os.close(at)
        raise
    return at


def _make(at: int, name: str, owner: int) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=at)
        os.chown(name, owner, owner, dir_fd=at, follow_symlinks=False)


def remove(at: int, name: str) -> None:
    """Remove whatever has a name in an open folder, whole, without following links; nothing there is fine."""
    try:
        inner = _taken(at, name)
    except FileNotFoundError:
        return
    if inner >= 0:
        try:
            empty(inner)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=at)


def empty(root: int) -> None:
    """Remove all that is in an open folder, however deep: folders in folders are first moved up.

    Links are never followed: what they lead to keeps its permissions, too. What cannot be removed stays.
    """
    token, moved = secrets.token_hex(8), 0
    waiting = os.listdir(root)
    while waiting:
        with contextlib.suppress(OSError):
            inner = _taken(root, name := waiting.pop())
            if inner < 0:
                continue
            try:
                for child in os.listdir(inner):  # noqa: PTH208 -- an open folder
                    deeper = _taken(inner, child)
                    if deeper >= 0:
                        os.close(deeper)
                        moved += 1
                        waiting.append(f"{token}-{moved}")
                        os.rename(child, waiting[-1], src_dir_fd=inner, dst_dir_fd=root)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=root)


def _taken(at: int, name: str) -> int:
    """Remove what is no folder (then -1); open a folder, so that it can be emptied whatever its permissions were.

    It is held before its permissions change: somebody in the room may put a link in its place meanwhile.
    """
    try:
        os.unlink(name, dir_fd=at)
    except (IsADirectoryError, PermissionError):  # which of the two it is for a folder is the system's choice
        held = os.open(name, _HELD, dir_fd=at)
        try:
            os.chmod(f"/proc/self/fd/{held}", 0o700)  # noqa: PTH101 -- a descriptor
            return os.open(f"/proc/self/fd/{held}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        finally:
            os.close(held)
    return -1
