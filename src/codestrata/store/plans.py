"""Plans remembered: what a run asked of a stage, found again by a digest of everything the plan depended on.

A plan counts as found only while all of it is committed. Its rows are those of the run that made it, so a run whose
plan of a stage is replaced must be forgotten first: then a crash at any point leaves nothing that names wrong rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from codestrata.store.database import Area
from codestrata.store.tasks import Enqueued

if TYPE_CHECKING:
    from pathlib import Path


class Plans(Area):
    """The remembered plans of one catalogue."""

    sql = "plans"

    def recall(self, run: int, stage: str, digest: str, tables: Path) -> Enqueued | None:
        """Give a run the plan that has this digest; None when there is none, or not all of it is there any more.

        ``tables`` is the folder of table files.
        """
        found = self._all("remembered", stage=stage, digest=digest)
        if not found or not self._whole(found[0]["run_id"], stage, tables):
            return None
        source = int(found[0]["run_id"])
        if source != run:
            with self.database.transaction():
                self._do("forget", run=run, stage=stage)
                self._do("clear", run=run, stage=stage)
                self._do("copy", run=run, stage=stage, source=source)
                self._do("remember", run=run, stage=stage, digest=digest)
        count = int(self._all("standing", run=run, stage=stage)[0]["n"])
        return Enqueued(planned=count, done=count, queued=0, failed=0, weight=0)

    def recalls(self, stage: str, digest: str, tables: Path) -> bool:
        """Say whether there is a plan that has this digest, all of it done and still there; writes nothing."""
        found = self._all("remembered", stage=stage, digest=digest)
        return bool(found) and self._whole(found[0]["run_id"], stage, tables)

    def remember(self, run: int, stage: str, digest: str) -> None:
        """Note that a run's plan of a stage, complete now, is the one with this digest."""
        self._do("remember", run=run, stage=stage, digest=digest)

    def forget(self, run: int, stage: str) -> None:
        """Note that a run is about to plan a stage, so that its rows stand for no digest."""
        self._do("forget", run=run, stage=stage)

    def adopt(self, run: int, stage: str, keys: Sequence[tuple[str, str]]) -> None:
        """Take committed partitions (key, subject), in this order, for what a run asked of a stage."""
        rows = [
            {"run": run, "stage": stage, "position": i, "key": key, "subject": subject}
            for i, (key, subject) in enumerate(keys)
        ]
        with self.database.transaction():
            self._do("forget", run=run, stage=stage)
            self._do("clear", run=run, stage=stage)
            self._many("adopt", rows)

    def selection(self, run: int) -> str:
        """Digest the rows of a run's repositories, in the order of their ids."""
        return _digest(repr(tuple(row)) for row in self._do("rows", run=run))

    def traces(self, run: int, stage: str) -> str:
        """Digest what a run planned for a stage, in order, with what came of it."""
        return _digest(f"{row['key']} {row['output_hash']}\n" for row in self._do("traces", run=run, stage=stage))

    def _whole(self, run: int, stage: str, tables: Path) -> bool:
        """Say whether everything a run planned for a stage is committed, to stay, and on disk."""
        if self._all("standing", run=run, stage=stage)[0]["undone"]:
            return False
        wanted: dict[str, set[str]] = {}
        for row in self._do("files", run=run, stage=stage):
            path = PurePosixPath(row["path"])
            wanted.setdefault(str(path.parent), set()).add(path.name)
        return all(names <= _listed(tables / folder) for folder, names in wanted.items())


def _digest(parts: Iterator[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


def _listed(folder: Path) -> set[str]:
    import os

    try:
        return set(os.listdir(folder))  # noqa: PTH208 -- names alone, without a Path for each
    except OSError:
        return set()
