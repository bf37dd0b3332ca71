"""The ``ingest`` stage: one repository → its snapshot, its ``files``, its ``commits`` and ``changes``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from codestrata.engine.base import IO, Outcome, Partition, Stage, View
from codestrata.errors import DamagedRepository, StrataError
from codestrata.git.command import GitFailed
from codestrata.git.commits import cut_commits, read_commits
from codestrata.git.history import Detail, History, read_history
from codestrata.git.tree import Listing, list_tree, parse
from codestrata.git.version import git_version
from codestrata.ingest import plan
from codestrata.ingest.batch import Cloned, clone_all
from codestrata.ingest.limits import check_content, git_limits, tree_limits
from codestrata.ingest.materialise import Bare, materialise
from codestrata.ingest.places import FOLDER, place
from codestrata.ingest.plan import partition
from codestrata.ingest.snapshots import empty, taken
from codestrata.ingest.sound import mark_unreadable
from codestrata.model import Origin, OriginKind, Repository, Snapshot
from codestrata.store.columns import Columns, rows

__all__ = ["FOLDER", "STAGES", "Cloned", "Ingest", "clone_all", "partition"]


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
        return plan.partitions(view)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Bring one repository in."""
        _require_git()
        spec = partition.spec
        name = str(partition.hint.get("full_name") or partition.title)
        row = {"ref": spec["pin"]} if "pin" in spec else {}
        repository = Repository.at(Origin(OriginKind(spec["kind"]), spec["locator"]), name, row=row)
        try:
            outcome = _ingest(repository, partition, io)
        except GitFailed as error:
            hint = "try `git fsck` there"
            raise DamagedRepository(f"{error.where}: {error.message}", where=name, hint=hint) from error
        except StrataError as error:
            error.where = name if not error.where or repository.id in error.where else error.where
            raise
        io.progress(1)
        return outcome


@cache
def _require_git() -> None:
    """Refuse to work with a git that is too old, once for each process. Raises MissingExtra."""
    git_version()


def _ingest(repository: Repository, partition: Partition, io: IO) -> Outcome:
    settings = io.settings.ingest
    git_dir = place(io.workspace / FOLDER, repository.id)
    told = git_dir.relative_to(io.workspace).as_posix()
    bare = materialise(repository, git_dir, io, plan.pinned(partition.spec))
    if not bare.head.commit:
        return _outcome(empty(repository.id, told, bare.head.ref), parse(b"", 40), None)
    git = git_limits(io.settings.git, settings.limits)
    listing = list_tree(
        git_dir, bare.head.commit, tree=tree_limits(settings.limits), limits=git, timeout=io.remaining()
    )
    check_content(listing.files, git_dir, settings.limits)
    if repository.origin.kind is OriginKind.LOCAL:
        listing = replace(listing, files=mark_unreadable(listing.files, git_dir))
    (commit,) = read_commits(git_dir, [bare.head.commit], limits=git)
    cut = cut_commits(git_dir, known=[commit], limits=git)
    history = _history(git_dir, bare, cut, io)
    depth = -1 if not cut else settings.depth if settings.strategy == "shallow" else 0
    return _outcome(taken(repository.id, told, bare, listing, commit, depth=depth), listing, history)


def _history(git_dir: Path, bare: Bare, cut: Mapping[str, tuple[str, ...]], io: IO) -> History | None:
    settings = io.settings.ingest
    if settings.history == "none":
        return None
    everything = ["--branches", "--tags"] if settings.refs == "all" else []
    return read_history(
        git_dir,
        [*everything, bare.head.commit],
        detail=Detail(settings.history),
        has_blobs=bare.has_blobs,
        cut=cut,
        max_bytes=settings.limits.max_history_bytes,
        limits=git_limits(io.settings.git, settings.limits),
        timeout=io.remaining(),
    )


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
