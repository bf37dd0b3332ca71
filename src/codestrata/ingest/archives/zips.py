"""Zip files as entries: the central directory is checked before anything is read.

Source: PKWARE APPNOTE 6.3.10, §4.3 (structure), §4.4.4 (flags), §4.4.15 (external attributes; Unix modes in the upper
half).
"""

from __future__ import annotations

import calendar
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from codestrata.errors import DamagedRepository, LimitExceeded, SecurityViolation
from codestrata.ingest.archives.entries import CHUNK, FILE, LINK, Entry, clean_path, mode_of, shown, time_of
from codestrata.settings.ingest import LimitSettings

#: What zipfile raises for a broken file, documented and not.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
_UNIX = 3
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UTF8 = 0x800
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
#: The end record, its longest comment, and the zip64 records before it.
_TAIL = 22 + 0xFFFF + 76
#: Bytes of the central directory for one entry: fixed part 46, a name, extra fields.
_PER_ENTRY = 1024


def zip_entries(file: BinaryIO, limits: LimitSettings, where: str) -> Iterator[Entry]:
    """Give the files of a zip in the order of its directory, dropped ones (folders, .git) left out.

    Raises DamagedRepository (broken, cut short, encrypted), SecurityViolation (a device, a path outside) or
    LimitExceeded.
    """
    try:
        _check_directory(file, limits, where)
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if len(infos) > limits.max_entries:
                hint = "raise ingest.limits.max_entries"
                raise LimitExceeded(f"has {len(infos)} entries", where=where, hint=hint)
            for info in infos:
                entry = _entry(archive, info, limits, where)
                if entry:
                    yield entry
    except _BROKEN as error:
        raise DamagedRepository(f"is not a sound zip file: {error}", where=where) from error


def _check_directory(file: BinaryIO, limits: LimitSettings, where: str) -> None:
    """Refuse a directory too large to be honest before zipfile reads it into memory."""
    size = file.seek(0, 2)
    file.seek(max(size - _TAIL, 0))
    tail = file.read()
    file.seek(0)
    end, end64 = tail.rfind(_END), tail.rfind(_END64)
    directory = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if end64 >= 0:
        directory = max(directory & 0xFFFFFFFE, int.from_bytes(tail[end64 + 40 : end64 + 48], "little"))
    if min(directory, size) > limits.max_entries * _PER_ENTRY:
        raise LimitExceeded(
            f"has a directory of {directory} bytes", where=where, hint="raise ingest.limits.max_entries"
        )


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: LimitSettings, where: str) -> Entry | None:
    raw = _name(info)
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    kind = stat.S_IFMT(mode)
    if info.flag_bits & _ENCRYPTED:
        raise DamagedRepository(
            f"the entry {shown(raw)} is encrypted", where=where, hint="give an archive without password"
        )
    if info.compress_type not in _METHODS:
        # zipfile bounds what it inflates at a time for deflate only: 1 MB of bzip2 can be 20 GB.
        hint = "pack it again with deflate"
        raise DamagedRepository(f"{shown(raw)} uses compression method {info.compress_type}", where=where, hint=hint)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK}:
        raise SecurityViolation(f"the entry {shown(raw)} is a device", where=where)
    path = clean_path(raw, limits, where)
    if not path or raw.endswith(b"/") or kind == stat.S_IFDIR:
        return None
    git_mode = LINK if kind == stat.S_IFLNK else mode_of(mode) if mode else FILE
    read = partial(_content, archive, info, raw, where)
    return Entry(path, git_mode, info.file_size, _time(info), read)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, raw: bytes, where: str) -> Iterator[bytes]:
    left = info.file_size
    try:
        with archive.open(info) as file:
            # One read past the end lets zipfile compare the checksum.
            while data := file.read(CHUNK):
                left -= len(data)
                yield data
    except _BROKEN as error:
        raise DamagedRepository(f"the entry {shown(raw)} cannot be read: {error}", where=where) from error
    if left:
        raise DamagedRepository(f"is cut short in {shown(raw)}", where=where)


def _name(info: zipfile.ZipInfo) -> bytes:
    """Give the name in UTF-8: as stored when it is valid, else read as code page 437, as the format says."""
    if info.flag_bits & _UTF8:
        return info.orig_filename.encode("utf-8", "surrogateescape")
    stored = info.orig_filename.encode("cp437")
    try:
        stored.decode()
    except UnicodeDecodeError:
        return info.orig_filename.encode()
    return stored


def _time(info: zipfile.ZipInfo) -> int:
    """Give the entry's time; the format has no time zone, so it is read as UTC everywhere."""
    year, month, day, *clock = info.date_time
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - a calendar
        return 0
    return time_of(calendar.timegm((year, month, day, *clock)))
