"""What other stages know of kept files: which files of which tables a partition reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codestrata.engine.base import View
from codestrata.engine.speaking import speaking

#: In a hint's tables: which of them are a repository's own.
OWN = "of_repository"


@dataclass(frozen=True, slots=True)
class Known:
    """Paths of table files, by table and snapshot (its index in the view)."""

    blobs: Mapping[str, Sequence[Sequence[str]]]
    repositories: Mapping[str, Sequence[Sequence[str]]]

    def paths(self, index: int) -> dict[str, list[str]]:
        """Give the tables' files that speak of a snapshot; OWN names those that are the repository's own."""
        found = {name: list(files[index]) for name, files in {**self.blobs, **self.repositories}.items()}
        return found | {OWN: sorted(self.repositories)} if found else {}

    def spec(self, index: int) -> dict[str, Any]:
        """Give a digest of them, for a partition's key; nothing where none is read."""
        paths = self.paths(index)
        if not paths:
            return {}
        return {"tables": hashlib.blake2b(repr(sorted(paths.items())).encode(), digest_size=16).hexdigest()}


def known(
    view: View, of_blobs: Mapping[str, str], of_repository: Mapping[str, str], versions: Mapping[str, str]
) -> Known:
    """Find the files of tables, each named with the stage that makes it, and its version if not the newest.

    Of tables of blobs only those with a row of one of the snapshot's blobs count, so that others may come and go.
    """
    files = {
        name: list(view.files(name, stage=stage, version=versions.get(name, ""))) for name, stage in of_blobs.items()
    }
    said = speaking(view, files) if files else {}
    own = {
        name: [[f.path for f in view.files(name, subject=s.repository_id, stage=stage)] for s in view.snapshots()]
        for name, stage in of_repository.items()
    }
    return Known({name: [[f.path for f in one] for one in found] for name, found in said.items()}, own)
