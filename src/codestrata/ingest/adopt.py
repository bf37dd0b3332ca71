"""A local repository becomes a bare one of our own: its objects get a second name there, nothing is copied.

Packs and loose objects are hard-linked, so the original is neither changed nor obeyed, its own housekeeping cannot
take objects away from under a run, and the workspace stays whole when the original is deleted. Where links are
impossible (another file system), the objects are fetched as if from a server, out of a repository of ours that
borrows them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import DamagedRepository, SecurityViolation
from codestrata.git.command import GitLimits, run_git
from codestrata.git.commits import read_commits
from codestrata.git.config import FSCK_QUARANTINE, fsck_config
from codestrata.git.refs import Head, read_refs, write_file
from codestrata.ingest.clone import Wanted
from codestrata.ingest.local import Source

_FAN_OUT = re.compile(r"[0-9a-f]{2}")
_LOOSE = re.compile(r"[0-9a-f]{38}(?:[0-9a-f]{24})?")
_PACK = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:pack|idx)")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: Times the listing is made again when housekeeping moves objects meanwhile.
_TRIES = 5
_BRANCH = "refs/heads/main"
_SHA1_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Room:
    """What the work may use: a folder of its own, git's limits, seconds."""

    scratch: Path
    limits: GitLimits
    seconds: float


def adopt(source: Source, head: Head, git_dir: Path, room: Room, wanted: Wanted, *, borrowed: bool) -> bool:
    """Bring ``git_dir`` up to a local repository at a commit; gives whether all blobs can be counted on.

    Raises SecurityViolation (links, borrowed objects), DamagedRepository.
    """
    stores = source.stores(borrowed=borrowed)
    _skeleton(git_dir, head)
    if not head.commit:
        return True
    _set_refs(git_dir, source, wanted)
    whole = not any(_promisors(store) for store in stores)
    try:
        _link_all(stores, git_dir / "objects")
    except OSError:
        borrow = room.scratch / "borrow.git"
        _lend(source, head, stores, borrow, wanted)
        _fetch(borrow, git_dir, room, wanted)
        return whole
    _write_shallow(git_dir, _boundary(git_dir, head.commit, source, wanted))
    return whole


def _skeleton(git_dir: Path, head: Head) -> None:
    """Make the least that git takes for a bare repository."""
    for folder in ("objects/pack", "refs/heads"):
        (git_dir / folder).mkdir(parents=True, exist_ok=True)
    sha256 = len(head.commit) > _SHA1_DIGITS
    extension = "[extensions]\n\tobjectformat = sha256\n" if sha256 else ""
    config = f"[core]\n\trepositoryformatversion = {int(sha256)}\n\tfilemode = true\n\tbare = true\n{extension}"
    write_file(git_dir / "config", config.encode())
    write_file(git_dir / "HEAD", f"{head.commit or f'ref: {_BRANCH}'}\n".encode())


def _set_refs(git_dir: Path, source: Source, wanted: Wanted) -> None:
    refs = read_refs(source.common_dir) if wanted.refs == "all" else {}
    write_file(git_dir / "packed-refs", "".join(f"{value} {name}\n" for name, value in refs.items()).encode())


def _promisors(objects: Path) -> bool:
    """Tell whether the store belongs to a partial clone: blobs may be missing by design."""
    return any(entry.name.endswith(".promisor") for entry in _entries(objects / "pack"))


def _link_all(stores: Iterable[Path], ours: Path) -> None:
    """Give every pack and loose object a name in ``ours``, and take away the names of what is no longer there."""
    stores = list(stores)
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            wanted = holdings(stores)
            for name, path in wanted.items():
                _link(path, ours / name)
            if holdings(stores).keys() == wanted.keys():
                for name in holdings([ours]).keys() - wanted.keys():
                    (ours / name).unlink()
                return
    hint = "is git gc running there? try again"
    raise DamagedRepository("its objects keep moving", where=str(stores[0].parent), hint=hint)


def _link(path: Path, name: Path) -> None:
    try:
        os.link(path, name, follow_symlinks=False)
    except FileExistsError:
        if not path.samefile(name):  # it was mended there
            name.unlink()
            os.link(path, name, follow_symlinks=False)
    except FileNotFoundError:
        name.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.link(path, name, follow_symlinks=False)


def holdings(stores: list[Path]) -> dict[str, Path]:
    """List the files of stores by name: loose objects, then packs; what moves there meanwhile is seen twice."""
    found: dict[str, Path] = {}
    for store in stores:
        for folder in _entries(store):
            if _FAN_OUT.fullmatch(folder.name):
                loose = (e for e in _files(folder.path) if _LOOSE.fullmatch(e.name))
                found |= {f"{folder.name}/{e.name}": Path(e.path) for e in loose}
    for store in stores:
        packs = {f"pack/{e.name}": Path(e.path) for e in _files(store / "pack") if _PACK.fullmatch(e.name)}
        found |= {name: path for name, path in packs.items() if f"{name.rpartition('.')[0]}.idx" in packs}
    return found


def _files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """List the plain files of a store's folder; anything else there is an attempt to lead us away."""
    if Path(folder).is_symlink():
        raise SecurityViolation("keeps its objects behind a symbolic link", where=str(folder))
    for entry in _entries(folder):
        if entry.is_symlink():
            raise SecurityViolation("keeps an object behind a symbolic link", where=entry.path)
        if entry.is_file(follow_symlinks=False):
            yield entry


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _boundary(git_dir: Path, commit: str, source: Source, wanted: Wanted) -> list[str]:
    """Give the commits where history ends for us: where it ends in the source, and under shallow after ``depth``."""
    cut = _ID.findall(source.shallow.decode("ascii", "replace"))
    if wanted.strategy != "shallow":
        return sorted(cut)
    write_file(git_dir / "shallow", b"")
    ends: dict[str, None] = {}
    seen, level = {commit}, [commit]
    for depth in range(wanted.depth, 0, -1):
        above: dict[str, None] = {}
        for one in read_commits(git_dir, level):
            if one.parents and (depth == 1 or one.id in cut):
                ends[one.id] = None
            else:
                above |= dict.fromkeys(one.parents)
        level = [name for name in above if name not in seen]
        seen.update(level)
        if not level:
            break
    return sorted(ends)


def _write_shallow(git_dir: Path, commits: list[str]) -> None:
    if commits:
        write_file(git_dir / "shallow", "".join(f"{commit}\n" for commit in commits).encode())
    else:
        (git_dir / "shallow").unlink(missing_ok=True)


def _lend(source: Source, head: Head, stores: list[Path], borrow: Path, wanted: Wanted) -> None:
    """Make a repository of ours that borrows the source's objects: no configuration of the source is ever read."""
    if any("\n" in str(store) for store in stores):
        raise SecurityViolation("has a line break in its path", where=repr(str(source.common_dir)))
    _skeleton(borrow, head)
    _set_refs(borrow, source, wanted)
    write_file(borrow / "objects/info/alternates", "".join(f"{store}\n" for store in stores).encode())
    write_file(borrow / _BRANCH, f"{head.commit}\n".encode())
    _write_shallow(borrow, _ID.findall(source.shallow.decode("ascii", "replace")))


def _fetch(borrow: Path, git_dir: Path, room: Room, wanted: Wanted) -> None:
    """Fetch what is wanted out of the borrowing repository."""
    (git_dir / "packed-refs").unlink(missing_ok=True)
    depth = [f"--depth={wanted.depth}"] if wanted.strategy == "shallow" else []
    if not depth and (git_dir / "shallow").exists():
        depth = ["--unshallow"]
    specs = [f"+{_BRANCH}:{_BRANCH}"] + (["+refs/*:refs/*"] if wanted.refs == "all" else [])
    args = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--update-shallow",
        *depth,
        "--",
        f"file://{borrow}",
    ]
    config = fsck_config(FSCK_QUARANTINE)  # such names are found, and reported, when the tree is listed
    run_git(
        [*args, *specs], git_dir=git_dir, protocols=("file",), config=config, limits=room.limits, timeout=room.seconds
    )
