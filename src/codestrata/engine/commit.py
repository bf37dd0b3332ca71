"""From an Outcome to a Commit: write the tables, flush them to disk, hash what was made."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestrata.store.tasks import Commit, Cost

if TYPE_CHECKING:
    from codestrata.engine.base import Outcome
    from codestrata.store.records import TableFile
    from codestrata.store.tables import Tables


def write(outcome: Outcome, tables: Tables) -> list[TableFile]:
    """Write an outcome's tables in the order of their names, safe against a loss of power."""
    files = [tables.write(name, outcome.tables[name]) for name in sorted(outcome.tables)]
    files += [tables.adopt(name, outcome.files[name]) for name in sorted(outcome.files)]
    for file in files:
        _flush(tables, file)
    return files


def seal(outcome: Outcome, files: Sequence[TableFile], cost: Cost) -> Commit:
    """Make the commit; its hash covers tables, snapshots and result, but neither counts nor cost."""
    made = {
        "tables": {file.table: file.sha256 for file in files},
        "snapshots": [dataclasses.asdict(snapshot) for snapshot in outcome.snapshots],
        "result": dict(outcome.result),
    }
    text = json.dumps(made, sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return Commit(digest, dict(outcome.result), dict(outcome.counts), files, tuple(outcome.snapshots), cost)


def _flush(tables: Tables, file: TableFile) -> None:
    for path in (tables.root / file.path, (tables.root / file.path).parent):
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
