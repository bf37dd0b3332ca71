"""Any origin as a bare repository in the workspace: a table of four kinds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import DamagedRepository, InvalidInput, RepositoryMissing
from codestrata.git.command import GitFailed, GitLimits
from codestrata.git.refs import Head, read_head
from codestrata.ingest import adopt, clone, local
from codestrata.ingest.limits import git_limits
from codestrata.ingest.remote import Remote
from codestrata.model import OriginKind

if TYPE_CHECKING:
    from codestrata.engine.base import IO
    from codestrata.model import Repository


_GIT_KINDS = frozenset({OriginKind.GIT, OriginKind.LOCAL})


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare repository of ours: what HEAD was found to be, whether all blobs are there, why it is quarantined ("")."""

    head: Head
    has_blobs: bool = True
    quarantine: str = ""


def wanted(io: IO, pin: str = "") -> clone.Wanted:
    """Give how much of a repository the settings ask for, and the commit, branch or tag it is pinned to ("" none)."""
    settings = io.settings.ingest
    return clone.Wanted(settings.strategy, settings.depth, settings.refs, pin)


def materialise(repository: Repository, git_dir: Path, io: IO, head: Head | None = None) -> Bare:
    """Bring ``git_dir`` up to date with the repository's origin; ``head`` pins what a local one is taken at.

    A remote one is taken at ``row["ref"]``, if the row has one. ``io.scratch`` must be on the same file system as
    ``git_dir``. Raises the errors of fetching and of limits.
    """
    if repository.row.get("ref") and repository.origin.kind not in _GIT_KINDS:
        hint = "a package's version stands in its purl: pkg:npm/name@1.0.0"
        raise InvalidInput("a commit can only be chosen of a Git repository", where=repository.full_name, hint=hint)
    make = _KINDS[repository.origin.kind]
    try:
        return make(repository, git_dir, io, head)
    except GitFailed as error:
        raise DamagedRepository(error.message, where=repository.full_name, hint="try `git fsck` there") from error


def _git(repository: Repository, git_dir: Path, io: IO, _: Head | None) -> Bare:
    settings = io.settings
    limits = git_limits(settings.git, settings.ingest.limits)
    make = partial(_remote, io=io, limits=limits)
    want = wanted(io, str(repository.row.get("ref", "")))
    quarantine = clone.obtain(repository.origin.locator, git_dir, io.scratch, want, make)
    return Bare(read_head(git_dir), want.strategy != "blobless", quarantine)


def _remote(url: str, *, io: IO, limits: GitLimits) -> Remote:
    return Remote.at(url, io.settings.git, io.secret, limits, io.remaining)


def _local(repository: Repository, git_dir: Path, io: IO, head: Head | None) -> Bare:
    source = local.locate(Path(repository.origin.locator))
    head = head or local.pinned_head(source, str(repository.row.get("ref", "")))
    settings = io.settings
    room = adopt.Room(io.scratch, git_limits(settings.git, settings.ingest.limits), io.remaining())
    whole = adopt.adopt(source, head, git_dir, room, wanted(io), borrowed=settings.ingest.borrowed_objects)
    return Bare(head, whole)


def _archive(repository: Repository, git_dir: Path, io: IO, _: Head | None) -> Bare:
    from codestrata.ingest.archives import import_archive

    archive = Path(repository.origin.locator)
    if not archive.is_file():
        raise RepositoryMissing("there is no such archive", where=str(archive), hint="was it moved?")
    limits = io.settings.ingest.limits

    def make(target: Path) -> None:
        import_archive(archive, target, limits, message=f"Import {repository.full_name}", timeout=io.remaining())

    return _grown(make, git_dir, io.scratch)


def _package(repository: Repository, git_dir: Path, io: IO, _: Head | None) -> Bare:
    from codestrata.ingest.packages import fetch

    return _grown(lambda target: fetch(repository, target, io), git_dir, io.scratch)


def _grown(make: Callable[[Path], object], git_dir: Path, scratch: Path) -> Bare:
    """Add to the repository that is there, or let one grow elsewhere and give it its name when it is whole."""
    if (git_dir / "HEAD").exists():
        make(git_dir)
    else:
        growing = scratch / "growing.git"
        shutil.rmtree(growing, ignore_errors=True)
        make(growing)
        clone.install(growing, git_dir)
    return Bare(read_head(git_dir))


_KINDS: dict[OriginKind, Callable[[Repository, Path, IO, Head | None], Bare]] = {
    OriginKind.GIT: _git,
    OriginKind.LOCAL: _local,
    OriginKind.ARCHIVE: _archive,
    OriginKind.PACKAGE: _package,
}
