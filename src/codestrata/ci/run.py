"""The ``ci.run`` stage: one pipeline over one snapshot → what became of its jobs, and the tables of its results."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from codestrata.ci import places
from codestrata.ci.execute import execute
from codestrata.ci.execute.scene import Scene
from codestrata.ci.fleet import STAGE, read_plan
from codestrata.ci.plan import Plan
from codestrata.ci.records import Results
from codestrata.ci.reports import parse
from codestrata.ci.runners import chooser
from codestrata.ci.schema import tables
from codestrata.ci.tools import tool_use
from codestrata.ci.tree import Entry, entries_of, materialise
from codestrata.ci.verdict import Verdict, verdict
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import Interrupted, RunnerFailed
from codestrata.model.result import ResultClass
from codestrata.sandbox.proxy.registries import reached

#: Problems of reports that a result keeps; tables have what the reports did say.
_PROBLEMS = 20
#: What is never remembered as a repository's result.
_UNFINISHED = frozenset({ResultClass.INFRA, ResultClass.CANCELLED})


class Run:
    """Runs pipelines. Who asks for a run gives its partitions (:func:`codestrata.ci.fleet.partitions`)."""

    name = STAGE
    verb = "ci"
    unit = "repositories"

    def plan(self, view: View) -> Iterable[Partition]:  # noqa: ARG002 -- the pipeline is not in the view
        """Ask for nothing by itself."""
        return ()

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Run one pipeline over one snapshot. Raises RunnerFailed, to be tried again, where it broke from outside.

        When the run is interrupted, what runs is ended and cleanup jobs are run; what became of it all is told, and
        then Interrupted is raised, since it is no result of the repository's.
        """
        spec = partition.spec
        plan = read_plan(io.workspace, spec["pipeline"])
        files = io.tables.read([spec["files"]], "path, mode, blob, size", "order by file_row_number")
        results, found = carry_out(plan, partition, io, entries_of(files))
        return _outcome(plan, spec, results, found)


def carry_out(plan: Plan, partition: Partition, io: IO, files: Sequence[Entry]) -> tuple[Results, Verdict]:
    """Run a plan over some files, as a partition says; tell how it ended. Raises RunnerFailed, Interrupted."""
    if io.stop.is_set():
        raise Interrupted("interrupted before it began", where=partition.title)
    results = execute(plan, _scene(partition, io, files), io.tell, io.stop)
    found = verdict(plan, results)
    if io.stop.is_set() and found.result in _UNFINISHED:
        taken_back = Verdict(ResultClass.CANCELLED, found.reason)
        io.tell({"event": "run_finished", **_outcome(plan, partition.spec, results, taken_back).result})
        raise Interrupted(found.reason, where=partition.title)
    if found.result in _UNFINISHED:
        io.tell({"event": "run_broken", **_outcome(plan, partition.spec, results, found).result})
        raise RunnerFailed(found.reason, where=partition.title)
    io.tell({"event": "run_finished", "result": str(found.result), "reason": found.reason})
    io.progress(1)
    return results, found


def _scene(partition: Partition, io: IO, files: Sequence[Entry]) -> Scene:
    """Lay out the files, and name all that running the pipeline takes."""
    spec, hint = partition.spec, partition.hint
    tree, repository = io.scratch / "tree", spec["repository"]
    materialise(io.workspace / hint["git_dir"], files, tree, spec["epoch"])
    paths = sorted(os.fsdecode(path) for path, _, _ in files)
    settings = io.settings
    return Scene(
        tree=tree,
        paths=paths,
        repository=repository,
        epoch=spec["epoch"],
        settings=settings.sandbox,
        scratch=io.scratch / "rooms",
        cache=places.cache(io.workspace, repository["id"]),
        artifacts=places.artifacts(io.workspace),
        runner=chooser(settings.sandbox, io.workspace),
        hosts=partial(reached, settings.sandbox, places.registries(io.workspace)),
        tool=tool_use,
        parse=parse,
        parallel=int(hint.get("parallel", 1)),
        prefix=partition.key[:8],
    )


def _outcome(plan: Plan, spec: Mapping[str, Any], results: Results, found: Verdict) -> Outcome:
    repository = spec["repository"]
    stamp = {"repository_id": repository["id"], "commit": repository["commit"], "pipeline": plan.hash}
    result = {
        "pipeline": plan.hash,
        "name": plan.name,
        "repository": repository["id"],
        "commit": repository["commit"],
        "result": str(found.result),
        "reason": found.reason,
        "jobs": [
            {"id": job.id, "result": str(job.result), "reason": job.reason, "seconds": round(job.wall, 3)}
            for job in results.jobs
        ],
        "columns": results.columns,
        "types": [[column.name, column.type] for column in plan.columns],
        "problems": results.problems[:_PROBLEMS],
    }
    return Outcome(tables(results, **stamp), result=result, counts=_counts(results))


def _counts(results: Results) -> dict[str, float]:
    ended = Counter(str(job.result) for job in results.jobs)
    return {
        "jobs": len(results.jobs),
        "steps": len(results.steps),
        "findings": len(results.findings),
        "tests": len(results.tests),
        **{f"jobs_{name}": count for name, count in sorted(ended.items())},
    }
