"""The ``analyze.reasons`` stage: why things are as they are in a repository, in its own words (L8).

It looks for nothing unless level L8 is asked for (setting ``analyze.levels``). Every record rests on quotations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from codestrata.analyze.reasons.harvest import harvest
from codestrata.analyze.reasons.material import material
from codestrata.analyze.reasons.tables import tables
from codestrata.engine.base import IO, Outcome, Partition, View

NAME = "analyze.reasons"
LEVEL = "L8"
#: Raise it when the same material may give other records.
VERSION = "1"
#: What is read of a repository's tables.
_INPUTS = ("files", "annotations", "commits", "changes")


class Reasons:
    """Documents, history and comments of a snapshot → tables **reasons** and **quotations**."""

    name = NAME
    verb = "analyze"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per snapshot; its spec names the tables that it is read from."""
        if LEVEL not in view.settings.analyze.levels:
            return
        repositories = {r.id: r for r in view.repositories()}
        for snapshot in view.snapshots():
            repository = repositories[snapshot.repository_id]
            spec = {table: _paths(view, table, repository.id) for table in _INPUTS}
            yield Partition(
                NAME,
                VERSION,
                {**spec, "commit": snapshot.commit, "repository": repository.id, "name": repository.full_name},
                title=repository.full_name,
                subject=repository.id,
                weight=max(1, snapshot.files),
                hint={"git_dir": snapshot.git_dir},
            )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read what there is, and write down what it says."""
        spec = partition.spec
        inputs: Mapping[str, Sequence[str]] = {table: spec[table] for table in _INPUTS}
        given = material(inputs, io.workspace / Path(partition.hint["git_dir"]), spec["commit"], spec["name"], io)
        records = harvest(given)
        counts = Counter(record.tier for record in records)
        result = {"decisions": len(records), "commits": len(given.log.ids)} | dict(sorted(counts.items()))
        return Outcome(tables(records), result=result, counts={"files": len(given.blobs), "decisions": len(records)})


def _paths(view: View, table: str, subject: str) -> list[str]:
    return [file.path for file in view.files(table, subject=subject)]
