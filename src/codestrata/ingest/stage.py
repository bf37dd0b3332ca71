"""The ``ingest`` stage: one repository → its snapshot, its ``files``, its ``commits`` and ``changes``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, Stage, View
from codestrata.errors import DamagedRepository, StrataError
from codestrata.git.command import GitFailed
from codestrata.git.commits import Commit, read_commits
from codestrata.git.history import Detail, History, read_history, shallow_commits
from codestrata.git.tree import Listing, list_tree, parse
from codestrata.ingest import plan
from codestrata.ingest.batch import Cloned, clone_all
from codestrata.ingest.limits import check_content, git_limits, regular_files, tree_limits
from codestrata.ingest.materialise import Bare, materialise, place
from codestrata.model import Completeness, Origin, OriginKind, Repository, Snapshot
from codestrata.store.columns import Columns, rows

if TYPE_CHECKING:
    from codestrata.settings.ingest import IngestSettings

__all__ = ["FOLDER", "STAGES", "Cloned", "Ingest", "clone_all"]

#: The folder of bare repositories, in the workspace.
FOLDER = "git"


class Ingest:
    """Brings repositories in: bare, hardened, limited; nothing is ever checked out.

    What is over a limit, refused or missing raises its error, which the ledger keeps with the reason: nothing of it
    reaches a table. A tree with names that no checkout may see is listed, and its snapshot is quarantined.
    """

    name = plan.STAGE
    verb = "ingest"
    unit = "repositories"

    def plan(self, view: View) -> Iterable[Partition]:
        """Give one partition for each repository."""
        for repository in view.repositories():
            yield plan.partition(repository, view.settings)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Bring one repository in."""
        spec = partition.spec
        name = str(partition.hint.get("full_name") or partition.title)
        repository = Repository.at(Origin(OriginKind(spec["kind"]), spec["locator"]), name)
        try:
            outcome = _ingest(repository, partition, io)
        except GitFailed as error:
            hint = "try `git fsck` there"
            raise DamagedRepository(f"{error.where}: {error.message}", where=name, hint=hint) from error
        except StrataError as error:
            error.where = error.where or name
            raise
        io.progress(1)
        return outcome


def _ingest(repository: Repository, partition: Partition, io: IO) -> Outcome:
    git_dir = place(io.workspace / FOLDER, repository.id)
    bare = materialise(repository, git_dir, io, plan.pinned(partition.spec))
    if not bare.head.commit:
        return _outcome(_empty(repository, git_dir, io, bare), parse(b"", 40), None)
    limits, git = io.settings.ingest.limits, git_limits(io.settings.git, io.settings.ingest.limits)
    listing = list_tree(git_dir, bare.head.commit, tree=tree_limits(limits), limits=git, timeout=io.remaining())
    check_content(listing.files, git_dir, limits)
    history = _history(git_dir, bare, io)
    (commit,) = read_commits(git_dir, [bare.head.commit], limits=git)
    return _outcome(_snapshot(repository, git_dir, io, bare, listing, commit), listing, history)


def _history(git_dir: Path, bare: Bare, io: IO) -> History | None:
    settings = io.settings.ingest
    if settings.history == "none":
        return None
    everything = ["--branches", "--tags"] if settings.refs == "all" else []
    return read_history(
        git_dir,
        [*everything, bare.head.commit],
        detail=Detail(settings.history),
        has_blobs=bare.has_blobs,
        max_bytes=settings.limits.max_history_bytes,
        limits=git_limits(io.settings.git, settings.limits),
        timeout=io.remaining(),
    )


def _snapshot(repository: Repository, git_dir: Path, io: IO, bare: Bare, listing: Listing, commit: Commit) -> Snapshot:
    regular = regular_files(listing.files)
    sizes = np.maximum(np.asarray(listing.files["size"])[regular], 0)
    return Snapshot(
        id=Snapshot.make_id(repository.id, commit.id),
        repository_id=repository.id,
        commit=commit.id,
        tree=commit.tree,
        ref=bare.head.ref,
        committed_at=commit.committed_at,
        git_dir=git_dir.relative_to(io.workspace).as_posix(),
        depth=_depth(git_dir, io.settings.ingest),
        files=int(regular.sum()),
        bytes=int(sizes.sum()),
        completeness=_completeness(git_dir, bare, listing.files),
        quarantine=bare.quarantine or listing.suspicious,
    )


def _empty(repository: Repository, git_dir: Path, io: IO, bare: Bare) -> Snapshot:
    return Snapshot(
        id=Snapshot.make_id(repository.id, ""),
        repository_id=repository.id,
        commit="",
        tree="",
        ref=bare.head.ref,
        committed_at=0,
        git_dir=git_dir.relative_to(io.workspace).as_posix(),
        completeness=Completeness.EMPTY,
    )


def _depth(git_dir: Path, settings: IngestSettings) -> int:
    return settings.depth if settings.strategy == "shallow" and shallow_commits(git_dir) else 0


def _completeness(git_dir: Path, bare: Bare, files: Columns) -> Completeness:
    if not rows(files):
        return Completeness.EMPTY
    if shallow_commits(git_dir):
        return Completeness.SHALLOW
    return Completeness.FULL if bare.has_blobs else Completeness.BLOBLESS


def _outcome(snapshot: Snapshot, listing: Listing, history: History | None) -> Outcome:
    tables: dict[str, Columns] = {"files": listing.files}
    if history:
        tables["commits"] = history.commits
    if history and history.changes is not None:
        tables["changes"] = history.changes
    counts = {name: rows(columns) for name, columns in tables.items()}
    result = {"commit": snapshot.commit, "completeness": str(snapshot.completeness), "quarantine": snapshot.quarantine}
    return Outcome(tables, [snapshot], result, counts | {"bytes": snapshot.bytes})


STAGES: tuple[Stage, ...] = (Ingest(),)
