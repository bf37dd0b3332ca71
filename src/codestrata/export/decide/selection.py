"""What a decision is about: the snapshots of the run, their tables, and what the opt-out list says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from codestrata.errors import StorageError
from codestrata.export.policy import Entry, RepositoryOptOut
from codestrata.store.tables import TableFile

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot


@dataclass(frozen=True, slots=True)
class Chosen:
    """One snapshot with all that decides about it as a whole.

    ``opt_out`` is the entry that covers it, or ""; ``unverified`` says which results do not meet what is required, or
    is "".
    """

    repository_id: str
    full_name: str
    commit: str
    committed_at: int
    stars: int
    forks: int
    quarantine: str
    opt_out: str
    opt_out_reason: str
    unverified: str
    files: str
    annotations: str
    rows: int

    def spec(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Self:
        """Take it from JSON."""
        return cls(**spec)


def choose(view: View, entries: Sequence[Entry], unmet: Mapping[str, str]) -> list[Chosen]:
    """List the snapshots whose analysis is complete, in the order of their rows: by full name, then repository id."""
    repositories = {r.id: r for r in view.repositories()}
    opt_out = RepositoryOptOut(entries)
    chosen = []
    for snapshot in view.snapshots():
        files = view.files("files", subject=snapshot.repository_id)
        annotations = view.files("annotations", subject=snapshot.repository_id)
        if files and annotations:
            one = _describe(repositories[snapshot.repository_id], snapshot, files[0], annotations[0], opt_out)
            chosen.append(replace(one, unverified=unmet.get(one.repository_id, "")))
    return sorted(chosen, key=lambda c: (c.full_name.encode(), c.repository_id))


def _describe(
    repository: Repository, snapshot: Snapshot, files: TableFile, annotations: TableFile, opt_out: RepositoryOptOut
) -> Chosen:
    if files.rows != annotations.rows:
        msg = f"{files.rows} files but {annotations.rows} annotations"
        raise StorageError(msg, where=repository.full_name, hint="the workspace is damaged: analyze it again")
    entry = opt_out.covers(repository)
    return Chosen(
        repository_id=repository.id,
        full_name=repository.full_name,
        commit=snapshot.commit,
        committed_at=snapshot.committed_at,
        stars=repository.stars,
        forks=repository.forks,
        quarantine=snapshot.quarantine,
        opt_out=entry.pattern if entry else "",
        opt_out_reason=entry.reason if entry else "",
        unverified="",
        files=files.path,
        annotations=annotations.path,
        rows=files.rows,
    )


def table_file(table: str, path: str) -> TableFile:
    """Name a committed file by its path alone, as a spec does."""
    return TableFile(table, path, -1, -1, "")
