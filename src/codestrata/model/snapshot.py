"""Snapshot: a repository at one commit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Completeness(StrEnum):
    """How much of the repository the snapshot holds."""

    FULL = "full"
    """All history reachable from the ref, and every blob of its tree."""
    SHALLOW = "shallow"
    """The tree and all its blobs; history cut at ``depth``."""
    BLOBLESS = "blobless"
    """All history; of the blobs, those of the tree."""
    EMPTY = "empty"
    """There is no commit, or no file in the tree."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One repository at one commit, as it lies in the workspace.

    ``git_dir`` is relative to the workspace. ``files`` and ``bytes`` count the regular files of the tree (modes
    100644 and 100755). ``committed_at`` is the committer's time in seconds since 1970, UTC. ``quarantine`` holds the
    reason when the repository may only be looked at, never exported; it is empty otherwise.
    """

    id: str
    repository_id: str
    commit: str
    tree: str
    ref: str
    committed_at: int
    git_dir: str
    depth: int = 0
    files: int = 0
    bytes: int = 0
    completeness: Completeness = Completeness.FULL
    quarantine: str = ""

    def __post_init__(self) -> None:
        """Refuse ids that are not Git object names."""
        for name in (self.commit, self.tree):
            if name and (len(name) not in {40, 64} or set(name) - set("0123456789abcdef")):
                msg = f"{name!r} is not a Git object id"
                raise ValueError(msg)

    @staticmethod
    def make_id(repository_id: str, commit: str) -> str:
        """Name the snapshot: ``<repository id>@<commit>``, the same wherever it is taken."""
        return f"{repository_id}@{commit}"
