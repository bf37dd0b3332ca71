"""The files of a snapshot in a folder, for rooms to stand on: written from the object store, never by a checkout.

No hook, filter, attribute or submodule acts; LFS pointers stay pointers. There is no ``.git`` in it: a history would
cost more than the files, and builds that ask git for a version name differently wherever they run; a pipeline that
needs one says it in a variable (``SETUPTOOLS_SCM_PRETEND_VERSION``, ``VERGEN_GIT_SHA``). All times are the commit's.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from codestrata.errors import DamagedRepository, InvalidInput, LimitExceeded, SecurityViolation, StorageError
from codestrata.git.objects import Objects
from codestrata.git.tree import SUBMODULE, SYMLINK, shown
from codestrata.store.columns import Columns

#: Bytes of all files together, at most.
MOST_BYTES = 8 << 30
#: Bytes of one file, at most.
MOST_FILE = 1 << 30
#: Bytes of one name on Linux file systems, and of a link's target.
_NAME, _TARGET = 255, 4095
_KIND = 0o170000
_FORBIDDEN = frozenset({b"", b".", b"..", b".git", b"git~1"})

#: Path, mode and blob id of one entry.
Entry = tuple[bytes, int, bytes]


def materialise(
    git_dir: Path,
    files: Columns | Iterable[Entry],
    folder: Path,
    epoch: int,
    *,
    most_bytes: int = MOST_BYTES,
) -> int:
    """Write a snapshot's files into a new folder, which appears whole or not at all; gives how many were written.

    ``files``: columns ``path, mode, blob`` or such rows; ``epoch``: seconds since 1970, the time of all that is
    written. Links are written as they are, to be followed only inside a room; a submodule is an empty folder. Files
    and folders can be read by everybody, executables run. Raises SecurityViolation for paths that no work tree may
    have, LimitExceeded over a limit, DamagedRepository where blobs are missing, StorageError when writing fails.
    """
    entries = entries_of(files) if isinstance(files, dict) else list(files)
    folders = _folders([path for path, _, _ in entries], git_dir.name)
    work = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _Writing(git_dir, os.fsencode(work), epoch, most_bytes).write(entries, folders)
        work.rename(folder)
    except OSError as error:
        said = f"cannot write the files of a snapshot: {error.strerror or error}"
        raise StorageError(said, where=str(folder), hint="is there room and no such folder yet?") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return len(entries)


def entries_of(files: Columns) -> list[Entry]:
    """Give the rows of columns ``path, mode, blob``."""
    modes = np.asarray(files["mode"]).tolist()
    return list(zip(files["path"], modes, files["blob"], strict=True))


def _folders(paths: list[bytes], where: str) -> list[bytes]:
    """Check every path and give all folders above them, outer ones first."""
    folders: set[bytes] = set()
    for path in paths:
        above = path.rpartition(b"/")[0]
        while above and above not in folders:
            folders.add(above)
            above = above.rpartition(b"/")[0]
    names = set().union(*(path.split(b"/") for path in paths))
    if b"\0" in b"".join(names) or any(name.lower() in _FORBIDDEN for name in names):
        bad = next(p for p in paths if b"\0" in p or any(n.lower() in _FORBIDDEN for n in p.split(b"/")))
        raise SecurityViolation(f"a path that must never be written: {shown(bad)}", where=where)
    if max(map(len, names), default=0) > _NAME:
        raise LimitExceeded(f"a name of more than {_NAME} bytes", where=where)
    if len(set(paths)) != len(paths) or not folders.isdisjoint(paths):
        bad = next(iter(folders.intersection(paths)), b"") or _twice(paths)
        raise SecurityViolation(f"a path that is there twice: {shown(bad)}", where=where)
    return sorted(folders, key=lambda name: (name.count(b"/"), name))


def _twice(paths: list[bytes]) -> bytes:
    seen: set[bytes] = set()
    return next(path for path in paths if path in seen or seen.add(path))  # type: ignore[func-returns-value]


class _Writing:
    """One snapshot on its way into a folder. Since no path is both a link and a folder, no link is ever followed."""

    def __init__(self, git_dir: Path, work: bytes, epoch: int, most_bytes: int) -> None:
        self.git_dir = git_dir
        self.work = work
        self.times = (epoch * 10**9, epoch * 10**9)
        self.left = most_bytes

    def write(self, entries: list[Entry], folders: list[bytes]) -> None:
        """Make the folders, the files, then set the folders' times, inner ones first."""
        modules = [path for path, mode, _ in entries if mode & _KIND == SUBMODULE]
        made = [self.work, *(self.work + b"/" + name for name in (*folders, *modules))]
        for name in made:
            os.mkdir(name)  # noqa: PTH102 -- paths are bytes, and many
            os.chmod(name, 0o755)  # noqa: PTH101, S103 -- as above; rooms read it as another user
        self._blobs([entry for entry in entries if entry[1] & _KIND != SUBMODULE])
        for name in reversed(made):
            os.utime(name, ns=self.times)

    def _blobs(self, entries: list[Entry]) -> None:
        """Write files and links, each blob read once, in the order of the store."""
        places: dict[bytes, list[tuple[bytes, int]]] = {}
        for path, mode, blob in entries:
            places.setdefault(blob, []).append((self.work + b"/" + path, mode))
        if not places:
            return
        names = list(places)
        if len({len(name) for name in names}) != 1:
            raise InvalidInput("blob ids of several lengths", where=self.git_dir.name)
        ids = np.frombuffer(b"".join(names), np.uint8).reshape(len(names), -1)
        objects = Objects(self.git_dir)
        for batch in objects.read(ids, max_size=MOST_FILE):
            view, bounds = batch.arena.data, batch.offsets.tolist()
            for j, row in enumerate(batch.rows.tolist()):
                self._one(view[bounds[j] : bounds[j + 1]], places[names[row]])
        self._complete(objects, names)

    def _complete(self, objects: Objects, names: list[bytes]) -> None:
        for lost, said in ((objects.missing, "is not in the store"), (objects.damaged, "is damaged")):
            if len(lost):
                what = f"blob {names[lost[0]].hex()} {said} (one of {len(lost)})"
                raise DamagedRepository(what, where=self.git_dir.name, hint="fetch it again")
        if len(objects.oversized):
            what = f"blob {names[objects.oversized[0]].hex()} has more than {MOST_FILE} bytes"
            raise LimitExceeded(what, where=self.git_dir.name)

    def _one(self, content: memoryview, places: list[tuple[bytes, int]]) -> None:
        self.left -= len(content) * len(places)
        if self.left < 0:
            raise LimitExceeded("the files of the snapshot are too large together", where=self.git_dir.name)
        for path, mode in places:
            if mode & _KIND == SYMLINK:
                self._link(bytes(content), path)
            else:
                self._file(content, path, 0o755 if mode & 0o100 else 0o644)

    def _file(self, content: memoryview, path: bytes, mode: int) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            while content:
                content = content[os.write(handle, content) :]
            os.fchmod(handle, mode)
            os.utime(handle, ns=self.times)
        finally:
            os.close(handle)

    def _link(self, target: bytes, path: bytes) -> None:
        if not target or b"\0" in target or len(target) > _TARGET:
            said = f"a link that no file system can hold: {shown(path[len(self.work) + 1 :])}"
            raise DamagedRepository(said, where=self.git_dir.name)
        os.symlink(target, path)  # noqa: PTH211 -- both are bytes
        with contextlib.suppress(NotImplementedError):
            os.utime(path, ns=self.times, follow_symlinks=False)
