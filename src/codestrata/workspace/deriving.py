"""Proposing a pipeline for one repository: fetched as any other, read from its bare repository, never checked out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.ci.derive import Derived
    from codestrata.engine.view import RunView
    from codestrata.model import Repository, Snapshot


def one_repository(found: list[Repository], source: str) -> Repository:
    """Give the one repository that a source names. Raises InvalidInput where it names several."""
    if len(found) != 1:
        hint = "give one of them by its path, URL, purl or name"
        raise InvalidInput(f"it names {len(found):,} repositories", where=source, hint=hint)
    return found[0]


def derived(view: RunView, repository: Repository) -> Derived:
    """Propose a pipeline for a repository of a run. Raises NothingDone where nothing is recognised."""
    from codestrata.ci.derive import GitFiles, derive

    snapshot = snapshot_of(view, repository)
    return derive(GitFiles(view.workspace / snapshot.git_dir, snapshot.commit), repository.full_name)


def snapshot_of(view: RunView, repository: Repository) -> Snapshot:
    """Give a repository's snapshot. Raises InvalidInput where it has none with files."""
    found = next((one for one in view.snapshots() if one.repository_id == repository.id), None)
    if found is None or not found.commit or not found.files:
        raise InvalidInput("it has no files", where=repository.full_name, hint="strata ingest fetches it")
    return found


def is_name(source: str) -> bool:
    """Say whether a source can only be the name of something known: it is nothing that lies here."""
    return not Path(source).exists()
