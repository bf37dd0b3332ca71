"""Proposing a pipeline for one repository: fetched as any other, read from its bare repository, never checked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.ci.derive import Derived
    from codestrata.engine.view import RunView
    from codestrata.model import Repository, Snapshot


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
