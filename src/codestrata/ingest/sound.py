"""Which blobs of an adopted repository can be read: unlike what git fetches, nobody has checked its objects yet.

A pack is believed when it is what its checksum says, as is its index (gitformat-pack(5)); only where one is not, every
blob of the tree is read once. Loose objects are few, and those of the tree are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.git.objects import Objects
from codestrata.git.refs import write_file
from codestrata.ingest.limits import regular_files
from codestrata.ingest.places import CHECKED, LACKING
from codestrata.store.columns import Columns, Varlen

_FAN_OUT = re.compile(r"[0-9a-f]{2}")
_CHUNK = 1 << 20
_SHA1_BYTES = 20


def mark_unreadable(files: Columns, git_dir: Path) -> Columns:
    """Give table **files** with a size of -1 also for blobs that are there and cannot be read whole."""
    blobs, sizes = files["blob"], np.array(files["size"], np.int64)
    assert isinstance(blobs, Varlen)  # noqa: S101 -- the files schema says so
    regular = regular_files(files)
    held = np.flatnonzero(regular & (sizes >= 0))
    if len(held):
        ids = blobs.take(held).matrix(int(blobs.offsets[1]))
        sizes[held[_damaged(git_dir, ids)]] = -1
    if (sizes[regular] < 0).any():
        (git_dir / LACKING).touch()
    return files | {"size": sizes}


def _damaged(git_dir: Path, ids: NDArray[np.uint8]) -> NDArray[np.bool_]:
    doubted = np.ones(len(ids), np.bool_)
    if _packs_are_sound(git_dir, ids.shape[1]):
        loose = set(_loose(git_dir / "objects"))
        doubted[:] = [name.tobytes() in loose for name in ids] if loose else False
    asked = np.ascontiguousarray(ids[doubted])
    objects = Objects(git_dir)
    for _ in objects.read(asked, verify=True):
        pass
    lost = {asked[row].tobytes() for row in (*objects.missing.tolist(), *objects.damaged.tolist())}
    return np.array([bool(lost) and name.tobytes() in lost for name in ids], np.bool_)


def _loose(objects: Path) -> Iterator[bytes]:
    for folder in objects.iterdir():
        if _FAN_OUT.fullmatch(folder.name):
            yield from (bytes.fromhex(folder.name + file.name) for file in folder.iterdir())


def _packs_are_sound(git_dir: Path, width: int) -> bool:
    """Check the packs that are new since the last time, and note those that are sound."""
    note = git_dir / CHECKED
    known = set(note.read_text("ascii").splitlines()) if note.exists() else set()
    files = sorted(p for p in (git_dir / "objects" / "pack").iterdir() if p.suffix in {".pack", ".idx"})
    packs = {_state(path): path for path in files}
    sound = [state for state, path in packs.items() if state in known or _is_sound(path, width)]
    write_file(note, "".join(f"{state}\n" for state in sound).encode())
    return len(sound) == len(packs)


def _state(path: Path) -> str:
    status = path.stat()
    return f"{path.name} {status.st_size} {status.st_mtime_ns}"


def _is_sound(path: Path, width: int) -> bool:
    """Say whether a pack or an index ends with the checksum of what stands before it."""
    digest = hashlib.new("sha1" if width == _SHA1_BYTES else "sha256", usedforsecurity=False)
    left = path.stat().st_size - width
    with path.open("rb", buffering=0) as stream:
        while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
        return left == 0 and stream.read(width) == digest.digest()
