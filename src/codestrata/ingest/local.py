"""A repository on this machine, found and read without running git in it or obeying anything it says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import DamagedRepository, RepositoryMissing, SecurityViolation
from codestrata.git.refs import Head, read_head, read_plain, read_ref

_SMALL = 1 << 16
#: How deep alternates of alternates are followed, as by git.
_NESTING = 5
_REPACK = "run `git repack -a -d` there and remove objects/info/alternates, or set ingest.borrowed_objects"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a repository keeps its things: ``git_dir`` has HEAD, ``common_dir`` has refs and objects."""

    git_dir: Path
    common_dir: Path

    def head(self) -> Head:
        """Read HEAD."""
        return read_head(self.git_dir, self.common_dir)

    @property
    def shallow(self) -> bytes:
        """Read the list of commits where its history is cut off."""
        return read_plain(self.common_dir / "shallow", 64 << 20)

    def stores(self, *, borrowed: bool) -> list[Path]:
        """List its object stores: its own, then those it borrows from, which is refused unless ``borrowed``."""
        own = self.common_dir / "objects"
        return list(dict.fromkeys(_stores(own, borrowed=borrowed, depth=0)))


def locate(path: Path) -> Source:
    """Find the repository at a path: bare, with a work tree, or a linked work tree. Raises RepositoryMissing."""
    dot = path / ".git"
    if dot.is_symlink():
        raise SecurityViolation("its .git is a symbolic link", where=str(path), hint="give the path it leads to")
    if dot.is_file():
        return _linked(dot)
    git_dir = dot if dot.is_dir() else path
    if not (git_dir / "objects").is_dir() or not _has_head(git_dir):
        reason = "there is nothing here" if not path.exists() else "is not a Git repository"
        raise RepositoryMissing(reason, where=str(path), hint="give a bare repository, or a folder with .git in it")
    if (git_dir / "commondir").exists():
        raise SecurityViolation("takes its objects from another repository", where=str(path), hint="give that one")
    return Source(git_dir, git_dir)


_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def pinned_head(source: Source, pin: str) -> Head:
    """Give HEAD, or the commit, branch or tag named ``pin``. Raises RepositoryMissing when there is no such ref."""
    if not pin:
        return source.head()
    if _COMMIT.fullmatch(pin):
        return Head("", pin)
    for ref in (f"refs/heads/{pin}", f"refs/tags/{pin}"):
        commit = read_ref(source.common_dir, ref)
        if commit:
            return Head(ref, commit)
    raise RepositoryMissing(f"has no branch, tag or full commit id {pin}", where=str(source.git_dir))


def _has_head(git_dir: Path) -> bool:
    """Tell whether there is a HEAD: a file, or a symbolic link as Git made it before 2006."""
    return (git_dir / "HEAD").is_symlink() or bool(read_plain(git_dir / "HEAD", _SMALL))


def _linked(dot: Path) -> Source:
    """Follow the ``.git`` file of a linked work tree, if the repository it names knows of it."""
    text = read_plain(dot, _SMALL).strip()
    if not text.startswith(b"gitdir: "):
        raise DamagedRepository("its .git file makes no sense", where=str(dot.parent))
    git_dir = (dot.parent / os.fsdecode(text[8:])).resolve()
    common = read_plain(git_dir / "commondir", _SMALL).strip()
    back = read_plain(git_dir / "gitdir", _SMALL).strip()
    if not common or Path(os.fsdecode(back)).resolve() != dot.resolve():
        reason, hint = "its .git file leads to a repository that does not know it", "give the path of that one"
        raise SecurityViolation(reason, where=str(dot.parent), hint=hint)
    return Source(git_dir, (git_dir / os.fsdecode(common)).resolve())


def _stores(objects: Path, *, borrowed: bool, depth: int) -> Iterator[Path]:
    for place in (objects, objects / "pack"):
        if place.is_symlink():
            raise SecurityViolation("keeps its objects behind a symbolic link", where=str(place))
    if not objects.is_dir():
        raise DamagedRepository("has no object store", where=str(objects))
    yield objects
    for line in read_plain(objects / "info" / "alternates", _SMALL).splitlines():
        if not line or line.startswith(b"#"):
            continue
        if not borrowed:
            raise SecurityViolation("borrows objects from another repository", where=str(objects.parent), hint=_REPACK)
        if depth >= _NESTING or line.startswith(b'"'):
            raise DamagedRepository("borrows objects in too complicated a way", where=str(objects.parent), hint=_REPACK)
        yield from _stores((objects / os.fsdecode(line)).resolve(), borrowed=borrowed, depth=depth + 1)
