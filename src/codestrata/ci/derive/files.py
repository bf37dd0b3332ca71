"""The files of a commit, read from the bare repository: nothing is ever checked out."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from codestrata.git.objects import Objects

#: Bytes of a file that is read; a longer one is data.
MOST = 1 << 20
#: Mode of regular files in a tree.
_REGULAR = 0o100000
_KIND = 0o170000


class Files(Protocol):
    """The regular files of a tree."""

    @property
    def paths(self) -> Sequence[str]:
        """Give their paths in order, with ``/``."""

    def text(self, path: str) -> str:
        """Give a file as text; "" where there is none, or a longer one than :data:`MOST`."""


class GitFiles:
    """The files of one commit of a bare repository."""

    def __init__(self, git_dir: Path, commit: str) -> None:
        self._git_dir = git_dir
        self._commit = commit

    @cached_property
    def _blobs(self) -> dict[str, bytes]:
        import numpy as np

        from codestrata.git.tree import list_tree
        from codestrata.store.columns import Varlen

        files = list_tree(self._git_dir, self._commit).files
        paths, blobs = files["path"], files["blob"]
        assert isinstance(paths, Varlen)  # noqa: S101 -- the table's own types
        assert isinstance(blobs, Varlen)  # noqa: S101 -- same
        regular = (np.asarray(files["mode"]) & _KIND) == _REGULAR
        small = np.asarray(files["size"]) <= MOST
        rows = np.flatnonzero(regular).tolist()
        return {bytes(paths[row]).decode("utf-8", "replace"): bytes(blobs[row]) if small[row] else b"" for row in rows}

    @cached_property
    def paths(self) -> Sequence[str]:
        """Give the paths of the regular files."""
        return tuple(self._blobs)

    def text(self, path: str) -> str:
        """Give one file's text."""
        blob = self._blobs.get(path, b"")
        return self._objects.one(blob, max_size=MOST).decode("utf-8", "replace") if blob else ""

    @cached_property
    def _objects(self) -> Objects:
        from codestrata.git.objects import Objects

        return Objects(self._git_dir)


def matching(files: Files, *patterns: str) -> list[str]:
    """Give the paths that match one of the globs; ``*`` is anything but ``/``."""
    found = []
    for path in files.paths:
        for pattern in patterns:
            if path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern):
                found.append(path)
                break
    return found
