"""The commit's own files, as conditions, keys and reports ask for them; nothing outside the tree is ever read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

#: Bytes of a file of which single lines are given, at most.
MOST_LINES = 8 << 20


class Files:
    """The files of a tree. Only paths that the commit has are opened, and links are never followed."""

    def __init__(self, tree: Path, paths: Sequence[str]) -> None:
        self._tree = tree
        self._paths = paths
        self._known = frozenset(paths)
        self._digest = lru_cache(maxsize=4096)(self._hashed)
        self._lines = lru_cache(maxsize=64)(self._split)

    def paths(self) -> Sequence[str]:
        """Give all paths, sorted."""
        return self._paths

    def content(self, path: str) -> bytes:
        """Give the SHA-256 of a file, or of where a link points to: it stands for the bytes."""
        return self._digest(path)

    def line(self, path: str, line: int) -> str | None:
        """Give a line (from 1) without its end; None where there is none, or the file is no text of a usual size."""
        lines = self._lines(path)
        return lines[line - 1] if 0 < line <= len(lines) else None

    def _open(self, path: str) -> int:
        """Open a regular file of the commit; raises OSError for anything else."""
        if path not in self._known:
            raise FileNotFoundError(path)
        handle = os.open(self._tree / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise FileNotFoundError(path)
        return handle

    def _hashed(self, path: str) -> bytes:
        try:
            with os.fdopen(self._open(path), "rb") as file:
                return hashlib.file_digest(file, "sha256").digest()
        except OSError:
            return b"link " + self._target(path)

    def _target(self, path: str) -> bytes:
        try:
            return os.fsencode(os.readlink(self._tree / path)) if path in self._known else b""  # noqa: PTH115 -- its bytes
        except OSError:
            return b""

    def _split(self, path: str) -> list[str]:
        try:
            with os.fdopen(self._open(path), "rb") as file:
                data = file.read(MOST_LINES + 1)
        except (OSError, ValueError):
            return []
        return data.decode("utf-8", "replace").split("\n") if len(data) <= MOST_LINES else []
