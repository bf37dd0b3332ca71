"""Tar files as entries: what tarfile reads, checked before anything is believed.

Source: POSIX.1-2017 pax, "ustar Interchange Format"; the GNU extensions as tarfile reads them.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import IO, BinaryIO, cast

from codestrata.errors import DamagedRepository, LimitExceeded, SecurityViolation
from codestrata.ingest.archives.entries import CHUNK, LINK, Entry, clean_path, mode_of, shown, time_of
from codestrata.ingest.archives.inflate import Inflated
from codestrata.settings.ingest import LimitSettings

#: Room for headers and padding beside the files themselves: two blocks of 512 bytes and their long names, per entry.
_OVERHEAD = 2 << 10


def tar_entries(file: BinaryIO, kind: str, limits: LimitSettings, where: str) -> Iterator[Entry]:
    """Give the files of a tar in its order, dropped ones (folders, .git) left out.

    Raises DamagedRepository, SecurityViolation (a device, a path outside) or LimitExceeded.
    """
    stream = Inflated(file, kind, _most(file, limits), where)
    try:
        # Names come out as they went in: bytes through surrogateescape.
        tar = tarfile.open(  # noqa: SIM115 - closing it would close what it does not own
            fileobj=cast("IO[bytes]", stream), mode="r:", encoding="utf-8", errors="surrogateescape"
        )
        for number, member in enumerate(_members(tar, stream, where), 1):
            if number > limits.max_entries:
                hint = "raise ingest.limits.max_entries"
                raise LimitExceeded(f"has more than {limits.max_entries} entries", where=where, hint=hint)
            entry = _entry(tar, member, stream, limits, where)
            if entry:
                yield entry
    except tarfile.TarError as error:
        raise DamagedRepository(f"is not a sound tar file: {error}", where=where) from error
    except (ValueError, OverflowError, IndexError, RecursionError) as error:
        raise DamagedRepository(f"has a malformed tar header: {error}", where=where) from error


def _most(file: BinaryIO, limits: LimitSettings) -> int:
    """Give the bytes that a tar may inflate to: the limits on its files, and room for their headers."""
    by_ratio = max(limits.ratio_from_bytes, limits.max_ratio * os.fstat(file.fileno()).st_size)
    return min(limits.max_bytes, by_ratio) + limits.max_entries * _OVERHEAD


def _members(tar: tarfile.TarFile, stream: Inflated, where: str) -> Iterator[tarfile.TarInfo]:
    while member := tar.next():
        yield member
        # tarfile keeps every header it has seen; nobody asks for them again.
        tar.members.clear()  # type: ignore[attr-defined]
    # A sound tar ends with zeros, or where the file ends; anything else is a header that tarfile gave up on.
    if stream.last.strip(b"\0") or len(stream.last) % tarfile.BLOCKSIZE:
        raise DamagedRepository(f"has a broken header before byte {stream.position}", where=where)
    # To the very end: only there do gzip and xz say whether the bytes were right.
    while stream.read(CHUNK):
        pass


def _entry(
    tar: tarfile.TarFile, member: tarfile.TarInfo, stream: Inflated, limits: LimitSettings, where: str
) -> Entry | None:
    raw = _bytes(member.name)
    if not (member.isfile() or member.issym() or member.islnk() or member.isdir()):
        what = "a device" if member.isdev() else "of no known type"
        raise SecurityViolation(f"the entry {shown(raw)} is {what}", where=where)
    path = clean_path(raw, limits, where)
    if not path or member.isdir():
        return None
    time = time_of(member.mtime)
    if member.issym():
        target = _bytes(member.linkname)
        return Entry(path, LINK, len(target), time, partial(iter, (target,)))
    if member.islnk():
        target = clean_path(_bytes(member.linkname), limits, where)
        return Entry(path, mode_of(member.mode), 0, time, partial(iter, ()), same_as=target)
    if member.size < 0:
        raise DamagedRepository(f"the entry {shown(raw)} has {member.size} bytes", where=where)
    read = partial(_sparse, tar, member) if member.issparse() else partial(_content, stream, member, where)
    return Entry(path, mode_of(member.mode), member.size, time, read)


def _content(stream: Inflated, member: tarfile.TarInfo, where: str) -> Iterator[bytes]:
    stream.seek(member.offset_data)
    left = member.size
    while left:
        data = stream.read(min(left, CHUNK))
        if not data:
            raise DamagedRepository(f"is cut short in {shown(_bytes(member.name))}", where=where)
        left -= len(data)
        yield data


def _sparse(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    file = tar.extractfile(member)
    while file and (data := file.read(CHUNK)):
        yield data


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
