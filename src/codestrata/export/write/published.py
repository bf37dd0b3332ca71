"""Published: what a finished dataset is, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Published:
    """A dataset on disk. ``files`` counts what was decided on, ``rows`` what is in it, ``bytes`` its text.

    ``dropped``: reason → files. ``languages`` and ``licences``: (name, rows, bytes), most bytes first. ``parts``: what
    lies in the folder, with its meaning. ``splits``: split → rows. ``digest`` names the content: SHA-256 over the
    manifest's file list. ``forced``: gates that failed, each with what is wrong; it was published all the same.
    ``shares``: of families, what was asked for and what came of it.
    """

    out: Path
    rows: int
    files: int
    bytes: int
    shards: int
    digest: str
    dropped: dict[str, int] = field(default_factory=dict)
    languages: list[tuple[str, int, int]] = field(default_factory=list)
    licences: list[tuple[str, int, int]] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)
    forced: list[str] = field(default_factory=list)
    shares: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {**asdict(self), "out": str(self.out)}
