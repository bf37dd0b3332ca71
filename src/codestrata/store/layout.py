"""Layout: where things lie in a workspace folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one workspace; ``root`` is absolute."""

    root: Path

    @property
    def catalogue(self) -> Path:
        """Give the SQLite file."""
        return self.root / "catalogue.sqlite"

    @property
    def tables(self) -> Path:
        """Give the folder of Parquet files."""
        return self.root / "tables"

    @property
    def scratch(self) -> Path:
        """Give the folder of unfinished work; whatever is in it may be deleted while nobody holds the workspace."""
        return self.root / "scratch"

    @property
    def lock(self) -> Path:
        """Give the file whose lock means: somebody writes here."""
        return self.root / "lock"
