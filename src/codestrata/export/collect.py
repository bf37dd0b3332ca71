"""``strata collect``: every text file of repositories as ``name, path, content`` (promise A4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import DamagedRepository, InvalidInput, StrataError
from codestrata.git.objects import Objects
from codestrata.git.objects.batch import grouped
from codestrata.git.refs import read_head
from codestrata.git.tree import list_tree
from codestrata.model.paths import readable
from codestrata.store.columns import Varlen

#: Folders of build products and editors, dropped wherever they are.
DROPPED = re.compile(rb"(^|/)(target|\.idea|\.vscode)/")
#: Git's own test for binary content: a NUL among the first bytes.
_LOOK = 8000
_REGULAR = (0o100644, 0o100755)
#: Text that is held at a time, in bytes; a larger file is held alone.
AT_ONCE = 16 << 20


@dataclass(slots=True)
class Collected:
    """What was collected. ``failed``: repository → reason. ``extensions``: file name extension → text files."""

    repositories: int = 0
    files: int = 0
    binary: int = 0
    lines: int = 0
    extensions: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, other: Collected) -> None:
        """Add what was collected of one repository."""
        for name in ("repositories", "files", "binary", "lines"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for extension, count in other.extensions.items():
            self.extensions[extension] = self.extensions.get(extension, 0) + count


def collect(root: Path, out: Path) -> Collected:
    """Write one JSON object per text file of every repository under ``root``, in the order of names and paths.

    ``content`` is the text; a file that is not UTF-8 is read as Latin-1 and has ``"encoding": "latin-1"`` beside it, so
    that ``content.encode(encoding)`` gives the exact bytes either way.
    """
    done = Collected()
    found = repositories(root)
    if not found:
        raise InvalidInput("no Git repository here", where=str(root), hint="strata clone NAMES OUT makes some")
    unfinished = out.with_name(f".{out.name}.part")
    with unfinished.open("wb") as handle:
        for name, git_dir in found:
            begin, own = handle.tell(), Collected(repositories=1)
            try:
                _one(name, git_dir, handle, own)
                done.add(own)
            except StrataError as error:
                done.failed[name] = str(error)
                handle.seek(begin)
                handle.truncate()
    unfinished.replace(out)
    return done


def repositories(root: Path) -> list[tuple[str, Path]]:
    """List the repositories at or right below a folder: name and Git folder, in the order of names."""
    if not root.is_dir():
        raise InvalidInput("no such folder", where=str(root))
    own = _git_dir(root)
    if own:
        return [(root.absolute().name.removesuffix(".git"), own)]
    inner = ((folder, _git_dir(folder)) for folder in sorted(root.iterdir()) if folder.is_dir())
    return sorted((folder.name.removesuffix(".git"), git_dir) for folder, git_dir in inner if git_dir)


def _git_dir(folder: Path) -> Path | None:
    for place in (folder, folder / ".git"):
        if (place / "HEAD").is_file() and (place / "objects").is_dir():
            return place
    return None


def _one(name: str, git_dir: Path, handle: IO[bytes], done: Collected) -> None:
    """Write the rows of one repository, some of its text at a time. What is lost is found when rows are written."""
    commit = read_head(git_dir).commit
    if not commit:
        return
    paths, blobs, sizes = _wanted(git_dir, commit)
    objects = Objects(git_dir)
    for part in grouped(sizes, AT_ONCE):
        contents = dict(_contents(objects, blobs[part]))
        for path, blob in zip(paths[part], blobs[part], strict=True):
            raw = contents[blob]
            if b"\0" in raw[:_LOOK]:
                done.binary += 1
                continue
            row = {"name": name, "path": readable(path), **_text(raw)}
            handle.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            _count(done, path, raw)


def _wanted(git_dir: Path, commit: str) -> tuple[list[bytes], list[bytes], NDArray[np.int64]]:
    """List paths, blobs and sizes of the regular files, in the order of their paths."""
    files = list_tree(git_dir, commit).files
    paths, blobs = files["path"], files["blob"]
    assert isinstance(paths, Varlen)  # noqa: S101 -- the files schema says so
    assert isinstance(blobs, Varlen)  # noqa: S101 -- same
    regular = np.isin(np.asarray(files["mode"]), _REGULAR).tolist()
    rows = [row for row, path in enumerate(paths) if regular[row] and not DROPPED.search(path)]
    sizes = np.maximum(np.asarray(files["size"], np.int64)[rows], 0)
    return list(paths.take(np.array(rows, np.int64))), list(blobs.take(np.array(rows, np.int64))), sizes


def _contents(objects: Objects, blobs: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    unique = list(dict.fromkeys(blobs))
    for batch in objects.read(np.frombuffer(b"".join(unique), np.uint8).reshape(len(unique), -1)):
        bounds, whole = batch.offsets.tolist(), batch.arena.data
        for k, row in enumerate(batch.rows.tolist()):
            yield unique[row], bytes(whole[bounds[k] : bounds[k + 1]])
    for state, lost in (("lost", objects.missing), ("damaged", objects.damaged), ("too large", objects.oversized)):
        if len(lost):
            names = f"{unique[int(lost[0])].hex()}{f' and {len(lost) - 1:,} more' if len(lost) > 1 else ''}"
            raise DamagedRepository(f"files are {state}: {names}", where=objects.git_dir.name, hint="clone it again")


def _text(raw: bytes) -> dict[str, str]:
    try:
        return {"content": raw.decode()}
    except UnicodeDecodeError:
        return {"content": raw.decode("latin-1"), "encoding": "latin-1"}


def _count(done: Collected, path: bytes, raw: bytes) -> None:
    done.files += 1
    done.lines += raw.count(b"\n") + (1 if raw and not raw.endswith(b"\n") else 0)
    name = readable(path).rsplit("/", 1)[-1]
    extension = name.rsplit(".", 1)[-1].lower() if "." in name[1:] else ""
    done.extensions[extension] = done.extensions.get(extension, 0) + 1
