"""A room's files as folders of the host: copied from a tree and layers, and what changed kept as the next layer.

A layer is a folder: ``layer.json`` (its kind, and what was deleted), ``work/`` and ``home/`` with what was written.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from codestrata.errors import InvalidInput, StorageError
from codestrata.sandbox.base import Job
from codestrata.sandbox.files.walk import Entry, empty, entries, opened, remove

_KIND = "copied"
_INDEX = "layer.json"
_COPY = 1 << 20
#: What tells that an entry is as it was: kind and permissions, size, and both of its times.
_Mark = tuple[int, int, int, int]


class Tree:
    """Work tree and home folder of one room: ``work`` and ``home`` are folders of ``root``.

    ``owner`` is whose the files become (-1: ours). Pipes, sockets and devices are not kept, neither are hard links.
    """

    def __init__(self, root: Path, owner: int = -1) -> None:
        self.work, self.home = root / "work", root / "home"
        self.owner = owner
        self._seen: dict[str, dict[str, _Mark]] = {}

    def fill(self, tree: Path, layers: Sequence[Path]) -> None:
        """Copy a tree and then layers, oldest first. Raises InvalidInput for a layer that another runner made."""
        for folder in (self.work, self.home):
            folder.mkdir(parents=True)
            os.chown(folder, self.owner, self.owner)
        copy(tree, self.work, self.owner)
        for layer in layers:
            self._apply(layer)
        self._seen = {name: _marks(folder) for name, folder in self._roots}

    def keep(self, into: Path) -> None:
        """Write what changed since ``fill`` as a layer in a new folder."""
        into.mkdir(parents=True)
        deleted = {}
        for name, folder in self._roots:
            before, after = self._seen[name], _marks(folder)
            changed = {path for path, mark in after.items() if before.get(path) != mark}
            deleted[name] = _tops(path for path in before if path not in after)
            (into / name).mkdir()
            copy(folder, into / name, -1, changed.__contains__)
        (into / _INDEX).write_text(json.dumps({"kind": _KIND, "deleted": deleted}))

    @property
    def _roots(self) -> tuple[tuple[str, Path], tuple[str, Path]]:
        return (("work", self.work), ("home", self.home))

    def _apply(self, layer: Path) -> None:
        try:
            index = json.loads((layer / _INDEX).read_text())
        except (OSError, ValueError):
            index = {}
        if index.get("kind") != _KIND:
            hint = "let jobs that build on one another use the same runner"
            raise InvalidInput("a layer of files that this runner cannot read", where=str(layer), hint=hint)
        for name, folder in self._roots:
            _delete(folder, index["deleted"][name])
            copy(layer / name, folder, self.owner)


def claim(root: Path, job: Job) -> None:
    """Make a room's folder. Raises InvalidInput where a living job has this id."""
    try:
        root.mkdir(parents=True)
    except FileExistsError:
        raise InvalidInput("a job with this id has a room already", where=job.id) from None


def furnish(files: Tree, job: Job, root: Path) -> None:
    """Fill a room's files with its job's; where that fails, the room's folder is gone. Raises StorageError."""
    try:
        files.fill(job.tree, job.layers)
    except OSError as error:
        destroy(root)
        raise StorageError(f"cannot copy the work tree: {error}", where=job.id) from error
    except BaseException:
        destroy(root)
        raise


def copy(source: Path, into: Path, owner: int = -1, wanted: Callable[[str], bool] | None = None) -> None:
    """Copy what is below one folder into another; what is in the way is replaced. ``wanted`` tells by relative path."""
    root = os.open(into, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for entry in entries(source):
            if wanted is None or wanted(entry.path):
                with contextlib.suppress(FileNotFoundError):
                    _copy_one(entry, root, owner)
    finally:
        os.close(root)


def _copy_one(entry: Entry, root: int, owner: int) -> None:
    folder, _, name = entry.path.rpartition("/")
    at = opened(root, folder, owner)
    try:
        if entry.folder:
            _make(at, name, owner)
            return
        remove(at, name)
        if entry.link:
            os.symlink(entry.target(), name, dir_fd=at)
        else:
            _copy_file(entry, at, name)
        os.chown(name, owner, owner, dir_fd=at, follow_symlinks=False)
    finally:
        os.close(at)


def _make(at: int, name: str, owner: int) -> None:
    """Make a folder; what is there and is none gives way."""
    try:
        inner = opened(at, name, owner)
    except OSError:
        remove(at, name)
        inner = opened(at, name, owner)
    os.close(inner)


def _copy_file(entry: Entry, at: int, name: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    source = entry.open()
    try:
        target = os.open(name, flags, 0o600, dir_fd=at)
        try:
            while os.sendfile(target, source, None, _COPY):
                pass
            os.fchmod(target, entry.info.st_mode & 0o777)
            os.utime(target, ns=(entry.info.st_mtime_ns, entry.info.st_mtime_ns))
        finally:
            os.close(target)
    finally:
        os.close(source)


def _marks(root: Path) -> dict[str, _Mark]:
    """Give the mark of every entry; of a folder only what it is, for its times change with what is in it."""
    return {
        entry.path: (entry.info.st_mode, 0, 0, 0)
        if entry.folder
        else (entry.info.st_mode, entry.info.st_size, entry.info.st_mtime_ns, entry.info.st_ctime_ns)
        for entry in entries(root)
    }


def _tops(paths: Iterable[str]) -> list[str]:
    """Leave out what lies below another path."""
    out: list[str] = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        if not out or not path.startswith(f"{out[-1]}/"):
            out.append(path)
    return out


def _delete(folder: Path, paths: Sequence[str]) -> None:
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for path in paths:
            above, _, name = path.rpartition("/")
            with contextlib.suppress(OSError):  # what a folder became since is replaced by the layer's files
                at = opened(root, above, make=False)
                try:
                    remove(at, name)
                finally:
                    os.close(at)
    finally:
        os.close(root)


def destroy(folder: Path) -> None:
    """Remove a folder and all that is in it, however deep and whatever its permissions; never raises."""
    with contextlib.suppress(OSError):
        root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            empty(root)
        finally:
            os.close(root)
        folder.rmdir()
