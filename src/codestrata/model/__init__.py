"""The nouns: frozen, validated, without input or output."""

from codestrata.model.repository import Origin, OriginKind, Repository, repository_id
from codestrata.model.snapshot import Completeness, Snapshot
from codestrata.model.status import IngestionStatus

__all__ = [
    "Completeness",
    "IngestionStatus",
    "Origin",
    "OriginKind",
    "Repository",
    "Snapshot",
    "repository_id",
]
