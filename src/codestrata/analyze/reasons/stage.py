"""The ``analyze.reasons`` stage: why things are as they are in a repository, in its own words (L8).

It looks for nothing unless level L8 is asked for (setting ``analyze.levels``). Every record rests on quotations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codestrata.analyze.reasons.harvest import harvest
from codestrata.analyze.reasons.material import material
from codestrata.analyze.reasons.tables import tables
from codestrata.analyze.syntax import stage as syntax
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.speaking import speaking
from codestrata.errors import InvalidInput
from codestrata.model.threads import digest, lines_of, threads

NAME = "analyze.reasons"
LEVEL = "L8"
#: Raise it when the same material may give other records.
VERSION = "3"
#: What is read of a repository's tables, and of those of blobs.
_INPUTS = ("files", "annotations", "commits", "changes")
_BLOBS = ("remarks", "definitions")


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
        made_by = syntax.version(view.settings.analyze)
        told = {table: view.files(table, stage=syntax.NAME, version=made_by) for table in _BLOBS}
        said_by = speaking(view, told)
        file = view.settings.analyze.threads_file
        lines = lines_of(Path(file)) if file else []
        for index, snapshot in enumerate(view.snapshots()):
            repository = repositories[snapshot.repository_id]
            spec = {table: _paths(view, table, repository.id) for table in _INPUTS}
            spec |= {table: [file.path for file in said_by[table][index]] for table in _BLOBS}
            said = digest(threads(lines, repository.full_name))
            named = {"commit": snapshot.commit, "repository": repository.id, "name": repository.full_name}
            yield Partition(
                NAME,
                VERSION,
                {**spec, **named, "threads": said},
                title=repository.full_name,
                subject=repository.id,
                weight=max(1, snapshot.files),
                hint={"git_dir": snapshot.git_dir, "threads": file},
            )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read what there is, and write down what it says."""
        spec = partition.spec
        inputs: Mapping[str, Sequence[str]] = {table: spec[table] for table in (*_INPUTS, *_BLOBS)}
        given = material(inputs, io.workspace / Path(partition.hint["git_dir"]), spec["commit"], spec["name"], io)
        records = harvest(replace(given, threads=_threads(partition)))
        counts = Counter(record.tier for record in records)
        result = {"decisions": len(records), "commits": len(given.log.ids)} | dict(sorted(counts.items()))
        return Outcome(tables(records), result=result, counts={"files": len(given.blobs), "decisions": len(records)})


def _threads(partition: Partition) -> list[Mapping[str, Any]]:
    """Read the threads that were there when this was planned. Raises InvalidInput when they are others by now."""
    if not partition.spec["threads"]:
        return []
    file = partition.hint["threads"]
    rows = threads(lines_of(Path(file)), partition.spec["name"])
    if digest(rows) != partition.spec["threads"]:
        raise InvalidInput("the threads have changed since this was planned", where=file, hint="run it again")
    return rows


def _paths(view: View, table: str, subject: str) -> list[str]:
    return [file.path for file in view.files(table, subject=subject)]
