"""A folder of repositories: every bare or working repository and every source archive below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codestrata.discover.listing import Entry
from codestrata.discover.origins import from_path
from codestrata.discover.paths import is_archive, is_repository
from codestrata.discover.rejected import Rejected, Unfit

#: How far below the folder is looked: ``forge/owner/repo`` is three.
DEPTH = 3


def folder_entries(folder: Path, name: str) -> Iterator[Entry | Rejected]:
    """List the repositories and archives below a folder, in the order of their paths; hidden folders are skipped."""
    for path in _walk(folder, DEPTH):
        try:
            yield Entry(name, 0, from_path(str(path), folder))
        except Unfit as error:
            yield Rejected.because(error, name, 0, "", path.name)


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if is_repository(path):
                yield path
            elif depth > 1 and not path.is_symlink():
                yield from _walk(path, depth - 1)
        elif path.is_file() and is_archive(path):
            yield path
