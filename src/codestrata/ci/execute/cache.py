"""Caches: folders of files kept under a key from one run to the next.

An entry is a folder: ``archive.tar`` as a room packed it, and ``entry.json`` with the key, the archive's SHA-256, bytes
and files. It appears by one rename, the first of several writers wins, and it never changes afterwards. What a room
packed is trusted no further than the room: entries live under the repository that wrote them, so what one repository's
code puts into its cache reaches no other, whatever its key says.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from codestrata.ci.execute.arrival import away, put, remove
from codestrata.store.tables import file_sha256

#: Bytes of one entry, and of all entries of one repository, at most.
MOST_BYTES, MOST_TOGETHER = 2 << 30, 8 << 30
_ARCHIVE, _ENTRY = "archive.tar", "entry.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an entry; ``bytes`` and ``sha256`` are the archive's."""

    key: str
    sha256: str
    bytes: int
    files: int


class Damaged(Exception):
    """An entry was not what it says, and is gone."""


class Cache:
    """The entries of one repository, in a folder of its own below ``folder``; ``scratch`` is where they are made."""

    def __init__(
        self,
        folder: Path,
        repository: str,
        scratch: Path,
        most_bytes: int = MOST_BYTES,
        most_together: int = MOST_TOGETHER,
    ) -> None:
        self.most_bytes = most_bytes
        self.most_together = most_together
        self._scratch = scratch
        self._folder = folder / hashlib.blake2b(repository.encode(), digest_size=16).hexdigest()

    def has(self, key: str) -> bool:
        """Say whether there is an entry under exactly this key."""
        return (self._place(key) / _ENTRY).is_file()

    def find(self, key: str, prefixes: Sequence[str]) -> str:
        """Give the key to restore: this one, else the newest with the longest of ``prefixes``; "" for none."""
        if self.has(key):
            return key
        for prefix in sorted(filter(None, set(prefixes)), key=lambda one: (-len(one), one)):
            found = [(when, entry.key) for when, entry in self._known() if entry.key.startswith(prefix)]
            if found:
                return max(found)[1]
        return ""

    @contextlib.contextmanager
    def archive(self, key: str) -> Iterator[Path]:
        """Give an entry's archive, checked; raises Damaged where it is not what was written, and drops it."""
        place = self._place(key)
        try:
            entry = _read(place)
            sound = entry.key == key and file_sha256(place / _ARCHIVE) == entry.sha256
        except (OSError, ValueError, TypeError) as error:
            self.drop(key)
            raise Damaged(f"cache entry {key!r} could not be read and was dropped: {error}") from error
        if not sound:
            self.drop(key)
            raise Damaged(f"cache entry {key!r} was damaged and was dropped")
        yield place / _ARCHIVE

    def save(self, key: str, pack: Callable[[Path], int]) -> Entry | None:
        """Keep what ``pack`` writes to the path it is given; None where there was nothing, or somebody was faster.

        ``pack`` gives the number of files; what it raises is raised, and nothing is kept.
        """
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        work = self._scratch / f"cache-{secrets.token_hex(8)}"
        try:
            work.mkdir(parents=True)
            archive = work / _ARCHIVE
            files = pack(archive)
            if not files:
                return None
            entry = Entry(key, file_sha256(archive), archive.stat().st_size, files)
            _write(work / _ENTRY, json.dumps(asdict(entry)).encode())
            _settle(archive)
            if not put(work, place):
                return None
            self._shrink(entry)
            return entry
        finally:
            remove(work)

    def _shrink(self, newest: Entry) -> None:
        """Drop the oldest entries until all fit, however large the newest is."""
        left = self.most_together - newest.bytes
        others = sorted(((when, e.key, e.bytes) for when, e in self._known() if e.key != newest.key), reverse=True)
        for _, key, size in others:
            left -= size
            if left < 0:
                self.drop(key)

    def drop(self, key: str) -> None:
        """Remove an entry, at once for everybody; harmless where there is none."""
        away(self._place(key), self._scratch)

    def _place(self, key: str) -> Path:
        return self._folder / hashlib.blake2b(key.encode(), digest_size=20).hexdigest()

    def _known(self) -> Iterator[tuple[int, Entry]]:
        """Give when each entry was written (ns since 1970) and what it is; unreadable ones are passed over."""
        for place in self._folder.iterdir() if self._folder.is_dir() else ():
            if not place.name.startswith("."):
                with contextlib.suppress(OSError, ValueError, TypeError):
                    yield (place / _ENTRY).stat().st_mtime_ns, _read(place)


def _read(place: Path) -> Entry:
    return Entry(**json.loads((place / _ENTRY).read_bytes()))


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(path: Path) -> None:
    """Bring a file to the disk before its name appears."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
