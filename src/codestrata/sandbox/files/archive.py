"""Packing files of a room into a tar file, and putting them back; see the port's ``pack`` and ``unpack``."""

from __future__ import annotations

import contextlib
import errno
import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from codestrata.errors import LimitExceeded, SecurityViolation, StorageError
from codestrata.sandbox.files.patterns import HOME_MARK, split
from codestrata.sandbox.files.walk import Entry, entries, opened, remove

_BLOCK = 512
_COPY = 1 << 20
_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR)


def pack(work: Path, home: Path, patterns: Sequence[str], out: Path, limit: int) -> int:
    """Write what matches as a tar file, in the order of names, without owners; gives the number of files and links.

    Raises LimitExceeded when it becomes larger than ``limit`` bytes (nothing is left then), InvalidInput for a pattern.
    """
    count = 0
    of_work, of_home = split(patterns)
    try:
        with tarfile.open(out, "w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
            for root, wanted, prefix in ((work, of_work, ""), (home, of_home, HOME_MARK)):
                for entry in entries(root) if wanted else ():
                    if wanted.match(entry.path):
                        count += _add(tar, entry, prefix, limit)
        _within(out.stat().st_size, limit)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return count


def _within(size: int, limit: int) -> None:
    if size > limit:
        raise LimitExceeded(f"the files to keep are more than {limit} bytes", hint="name fewer files or raise it")


def _add(tar: tarfile.TarFile, entry: Entry, prefix: str, limit: int) -> int:
    """Add one entry; a file is taken at the size it has when it is opened, even if it changes."""
    member = tarfile.TarInfo(prefix + entry.path)
    member.mode, member.mtime = entry.info.st_mode & 0o777, int(entry.info.st_mtime)
    _within(tar.offset, limit)
    if entry.folder:
        member.type = tarfile.DIRTYPE
        tar.addfile(member)
        return 0
    try:
        if entry.link:
            member.type, member.linkname = tarfile.SYMTYPE, entry.target()
            tar.addfile(member)
            return 1
        stream = os.fdopen(entry.open(), "rb")
    except OSError:  # it vanished, or became something else
        return 0
    with stream:
        member.size = os.fstat(stream.fileno()).st_size
        _within(tar.offset + member.size + _BLOCK, limit)
        tar.addfile(member, _Padded(stream, member.size))  # type: ignore[arg-type]
    return 1


class _Padded:
    """A file of exactly so many bytes: cut, or filled with zeros, when it changes under our hands."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int) -> bytes:
        """Read on."""
        wanted = min(size, self._left)
        self._left -= wanted
        return self._stream.read(wanted).ljust(wanted, b"\0")


def unpack(archive: Path, work: Path, home: Path, owner: int = -1) -> None:
    """Put files back; a file that is there is replaced. ``owner``: whose they become (-1: ours).

    Raises SecurityViolation for a name that leads out of the room or through a link, StorageError for a damaged file.
    """
    with contextlib.ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(archive, "r:", errors="surrogateescape"))
        except (tarfile.TarError, OSError) as error:
            raise StorageError(f"not a tar file: {error}", where=str(archive)) from error
        roots = [os.open(root, os.O_RDONLY | os.O_DIRECTORY) for root in (work, home)]
        for root in roots:
            stack.callback(os.close, root)
        try:
            for member in tar:
                at_home = member.name.startswith(HOME_MARK)
                _put(tar, member, roots[at_home], member.name.removeprefix(HOME_MARK), owner)
        except tarfile.TarError as error:
            raise StorageError(f"a damaged tar file: {error}", where=str(archive)) from error


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, root: int, name: str, owner: int) -> None:
    folder, _, last = name.rstrip("/").rpartition("/")
    parts = [*folder.split("/"), last] if folder else [last]
    if name.startswith("/") or not all(part not in {"", ".", ".."} for part in parts):
        raise SecurityViolation("a name that leads out of the room", where=member.name[:200])
    try:
        at = opened(root, name if member.isdir() else folder, owner)
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            raise SecurityViolation("a link or a file lies in the way of a folder", where=member.name[:200]) from error
        raise
    try:
        if member.isdir():
            os.fchmod(at, (member.mode & 0o777) | 0o700)
        elif member.issym() or member.isreg():
            remove(at, last)
            _write(tar, member, at, last)
            os.chown(last, owner, owner, dir_fd=at, follow_symlinks=False)
        else:
            raise SecurityViolation("neither file, folder nor link", where=member.name[:200])
    finally:
        os.close(at)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, at: int, name: str) -> None:
    if member.issym():
        os.symlink(member.linkname, name, dir_fd=at)
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=at), "wb") as file:
        for chunk in _chunks(tar.extractfile(member)):
            file.write(chunk)
        os.fchmod(file.fileno(), member.mode & 0o777)
        os.utime(file.fileno(), (member.mtime, member.mtime))


def _chunks(stream: IO[bytes] | None) -> Iterator[bytes]:
    while stream and (chunk := stream.read(_COPY)):
        yield chunk
