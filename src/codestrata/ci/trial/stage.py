"""The ``ci.trial`` stage: the tests of one side of a commit → how each of them ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from codestrata.ci.fleet import read_plan
from codestrata.ci.plan import Plan
from codestrata.ci.records import Results, TestCase
from codestrata.ci.run import carry_out
from codestrata.ci.schema import STEPS, tables
from codestrata.ci.tree import Entry, entries_of
from codestrata.ci.trial.environment import environment
from codestrata.ci.trial.focus import testing
from codestrata.ci.trial.partitions import AFTER, BASE, STAGE
from codestrata.ci.verdict import Verdict
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.git.tree import list_tree
from codestrata.model.result import ResultClass
from codestrata.store.columns import column
from codestrata.store.schema import Field

_STAMP = (
    Field("repository_id", "text", "UUIDv5 of the repository's canonical origin"),
    Field("commit", "text", "the commit that is tried, hexadecimal"),
    Field("side", "text", "after: its own files; base: those before, with its tests; bare: those before"),
)
TRIAL_STEPS = (*_STAMP, *STEPS)
TRIALS = (
    *_STAMP,
    Field("run", "int32", "which run of the tests, from 1"),
    Field("test", "text", "suite::name, as the report says"),
    Field("status", "text", "failed, error, passed or skipped: of several of one name the first of these"),
)
#: From the worst to the best.
_STATUS = ("failed", "error", "passed", "skipped")
_JUDGED = frozenset({ResultClass.PASSED, ResultClass.FAILED})


class Trials:
    """Runs tests. Who asks for a trial gives its partitions (:mod:`codestrata.ci.trial.partitions`)."""

    name = STAGE
    verb = "ci"
    unit = "runs"

    def plan(self, view: View) -> Iterable[Partition]:  # noqa: ARG002 -- the pipeline is not in the view
        """Ask for nothing by itself."""
        return ()

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Lay out the files of a side and run the plan. Raises RunnerFailed and Interrupted, as ``ci.run`` does."""
        spec = partition.spec
        plan = read_plan(io.workspace, spec["pipeline"])
        files = entries_of(list_tree(io.workspace / partition.hint["git_dir"], spec["commit"]).files)
        results, verdict = carry_out(plan, partition, io, _side(spec, files))
        tests = {run: _tests(one for one in results.tests if one.repeat == run) for run in range(1, _runs(plan) + 1)}
        stamp = {"repository_id": spec["repository"]["id"], "commit": spec["commit"], "side": spec["side"]}
        rows = [
            {**stamp, "run": run, "test": test, "status": status}
            for run, found in tests.items()
            for test, status in sorted(found.items())
        ]
        table = {f.name: column([row[f.name] for row in rows], f.kind) for f in TRIALS}
        result = _result(plan, spec, results, verdict) | {"tests": len(tests[1])}
        made = {"trials": table, "trial_steps": tables(results, **stamp)["ci_steps"]}
        return Outcome(made, result=result, counts={"runs": len(tests), "tests": len(tests[1])})


def _runs(plan: Plan) -> int:
    """Give how often tests are run."""
    return max(job.repeat.runs for job in testing(plan))


def _side(spec: Mapping[str, Any], files: Sequence[Entry]) -> Sequence[Entry]:
    """Take back what a commit changed: for the side before of files that are no tests, for the bare one of all."""
    if spec["side"] == AFTER:
        return files
    tree = {path: (path, mode, blob) for path, mode, blob in files}
    for path, test, mode, blob, *_ in spec["changes"]:
        if test and spec["side"] == BASE:
            continue
        name = path.encode()
        tree.pop(name, None)
        if blob:
            tree[name] = (name, mode, bytes.fromhex(blob))
    return [tree[path] for path in sorted(tree)]


def _tests(cases: Iterable[TestCase]) -> dict[str, str]:
    """Give how each test ended; of several with one name the worst."""
    found: dict[str, str] = {}
    for case in cases:
        name = f"{case.suite}::{case.name}" if case.suite else case.name
        name = name.encode("utf-8", "replace").decode()
        found[name] = min(found.get(name, _STATUS[-1]), case.status, key=_STATUS.index)
    return found


def _result(plan: Plan, spec: Mapping[str, Any], results: Results, found: Verdict) -> dict[str, Any]:
    """Say what was tried, how it ended, and whether tests were judged at all, with what stands in a report's way."""
    ended = {job.id: job.result for job in results.jobs}
    tests = testing(plan)
    judged = found.result in _JUDGED and all(ended.get(job.id) in _JUDGED for job in tests)
    told = {name: spec[name] for name in ("commit", "base", "side", "changes")}
    result = {
        "repository": spec["repository"]["id"],
        "name": spec["repository"]["name"],
        "when": spec["epoch"],
        **told,
        "runs": _runs(plan),
        "result": str(found.result),
        "reason": found.reason,
        "judged": judged,
        "setup": any(
            state == ResultClass.FAILED for name, state in ended.items() if name not in {job.id for job in tests}
        ),
        "unread": "; ".join(one.problem for one in results.reports if one.problem),
    }
    return result | ({"environment": environment(plan, spec, results)} if spec["side"] == AFTER else {})
