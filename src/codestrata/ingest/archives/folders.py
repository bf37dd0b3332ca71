"""A folder of files as entries: what a registry client unpacked itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from codestrata.errors import LimitExceeded, SecurityViolation
from codestrata.ingest.archives.entries import CHUNK, LINK, Entry, clean_path, mode_of, shown
from codestrata.settings.ingest import LimitSettings


def folder_entries(folder: Path, limits: LimitSettings, where: str) -> Iterator[Entry]:
    """Give the files below a folder by path; links are not followed. Times on disk say nothing, so all are 0."""
    for number, file in enumerate(_walk(os.fsencode(folder)), 1):
        if number > limits.max_entries:
            hint = "raise ingest.limits.max_entries"
            raise LimitExceeded(f"has more than {limits.max_entries} files", where=where, hint=hint)
        raw = os.path.relpath(file.path, os.fsencode(folder))
        path = clean_path(raw, limits, where)
        if not path:
            continue
        if file.is_symlink():
            target = os.readlink(file.path)  # noqa: PTH115 - Path has no bytes
            yield Entry(path, LINK, len(target), 0, partial(iter, (target,)))
        elif file.is_file(follow_symlinks=False):
            state = file.stat(follow_symlinks=False)
            yield Entry(path, mode_of(state.st_mode), state.st_size, 0, partial(_content, file.path, state.st_size))
        else:
            raise SecurityViolation(f"{shown(raw)} is a device", where=where)


def _walk(folder: bytes) -> Iterator[os.DirEntry[bytes]]:
    with os.scandir(folder) as listing:
        found = sorted(listing, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield entry


def _content(path: bytes, size: int) -> Iterator[bytes]:
    with open(path, "rb") as file:  # noqa: PTH123 - Path has no bytes
        while size and (data := file.read(min(size, CHUNK))):
            size -= len(data)
            yield data
