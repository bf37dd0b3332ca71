"""What an ingest found, as a Snapshot."""

from __future__ import annotations

import numpy as np

from codestrata.git.commits import Commit
from codestrata.git.tree import Listing
from codestrata.ingest.limits import regular_files
from codestrata.ingest.materialise import Bare
from codestrata.model import Completeness, Snapshot


def taken(repository_id: str, git_dir: str, bare: Bare, listing: Listing, commit: Commit, *, depth: int) -> Snapshot:
    """Describe a repository at a commit. ``git_dir`` is relative to the workspace; ``depth`` -1: nothing is cut off."""
    regular = regular_files(listing.files)
    sizes = np.maximum(np.asarray(listing.files["size"])[regular], 0)
    return Snapshot(
        id=Snapshot.make_id(repository_id, commit.id),
        repository_id=repository_id,
        commit=commit.id,
        tree=commit.tree,
        ref=bare.head.ref,
        committed_at=commit.committed_at,
        git_dir=git_dir,
        depth=max(depth, 0),
        files=int(regular.sum()),
        bytes=int(sizes.sum()),
        completeness=_completeness(bare, files=bool(regular.any()), cut=depth >= 0),
        quarantine=bare.quarantine or listing.suspicious,
    )


def empty(repository_id: str, git_dir: str, ref: str) -> Snapshot:
    """Describe a repository without a commit."""
    return Snapshot(
        id=Snapshot.make_id(repository_id, ""),
        repository_id=repository_id,
        commit="",
        tree="",
        ref=ref,
        committed_at=0,
        git_dir=git_dir,
        completeness=Completeness.EMPTY,
    )


def _completeness(bare: Bare, *, files: bool, cut: bool) -> Completeness:
    if not files:
        return Completeness.EMPTY
    if cut:
        return Completeness.SHALLOW
    return Completeness.FULL if bare.has_blobs else Completeness.BLOBLESS
