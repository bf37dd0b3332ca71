"""Repository: something with a history and files, wherever it comes from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

#: Namespace of repository ids: an id is the UUIDv5 of the canonical origin, so it is the same everywhere.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "codestrata:repository")


class OriginKind(StrEnum):
    """How a repository's bytes are obtained."""

    GIT = "git"
    """A remote Git URL (https)."""
    LOCAL = "local"
    """A bare or working repository on this machine."""
    ARCHIVE = "archive"
    """A source archive (tar, zip) on this machine."""
    PACKAGE = "package"
    """A package URL (purl) fetched through the package's own registry client."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a repository comes from: its kind and its canonical locator (URL, absolute path or purl)."""

    kind: OriginKind
    locator: str

    def __str__(self) -> str:
        """Give the canonical form that ids are made of."""
        return f"{self.kind}:{self.locator}"


def repository_id(origin: Origin) -> str:
    """Give the UUIDv5 of a canonical origin, as 36 characters."""
    return str(uuid.uuid5(NAMESPACE, str(origin)))


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository to work on. Field names follow GitHub's where GitHub has the field.

    ``row`` keeps the input row it came from (file, line number, columns), for lineage; ``stars`` and ``forks`` are -1
    when nobody said.
    """

    id: str
    origin: Origin
    full_name: str
    url: str = ""
    github_id: int | None = None
    language: str = ""
    stars: int = -1
    forks: int = -1
    size: int = -1
    created_at: str = ""
    updated_at: str = ""
    pushed_at: str = ""
    categories: tuple[str, ...] = ()
    priority_score: float = 0.0
    declared_licence: str = ""
    row: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a repository whose id is not its origin's."""
        if self.id != repository_id(self.origin):
            msg = f"id {self.id} does not belong to {self.origin}"
            raise ValueError(msg)
        if not self.full_name:
            msg = "a repository needs a name"
            raise ValueError(msg)

    @property
    def public_origin(self) -> str:
        """Where it is from, for people on other machines: its URL or purl, else ``local:`` or ``archive:`` and a name.

        A path of this machine is never in it.
        """
        if self.url or self.origin.kind in {OriginKind.GIT, OriginKind.PACKAGE}:
            return self.url or self.origin.locator
        name = PurePath(self.origin.locator).name if self.origin.kind is OriginKind.ARCHIVE else self.full_name
        return f"{self.origin.kind}:{name}"

    @classmethod
    def at(cls, origin: Origin, full_name: str, **fields: Any) -> Repository:
        """Make the repository of an origin; the id follows from it."""
        return cls(id=repository_id(origin), origin=origin, full_name=full_name, **fields)
