"""The columns of table **samples_verified**, and a commit as a row of it.

Names are those of SWE-bench (arXiv:2310.06770; SWE-bench/SWE-bench, docs/guides/datasets.md), so that its harnesses,
and those of SWE-rebench (arXiv:2505.20411), find what they ask for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from codestrata.export.shape.base import COMMON
from codestrata.export.shape.said import json_of
from codestrata.export.shape.verified.patch import patch, size
from codestrata.model.licence import classify, combine
from codestrata.store.columns import column
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.export.shape.history.standing import Terms
    from codestrata.export.shape.verified.candidate import Candidate
    from codestrata.export.shape.verified.judging import Judged, Ran
    from codestrata.store.columns import Columns

FIELDS: tuple[Field, ...] = (
    Field("instance_id", "text", "owner__name-commit, twelve digits of it: no other task has it"),
    Field("repo", "text", "the same as `repository`, as harnesses call it"),
    Field("base_commit", "text", "the commit before: what the task begins with"),
    Field("problem_statement", "text", "the issue that the commit closes, where it is known, or the commit's message"),
    Field("patch", "text", "what the commit changes of files that are no tests: a unified diff for `git apply`"),
    Field("test_patch", "text", "what it changes of tests, the same way"),
    Field("FAIL_TO_PASS", "text", "JSON: tests that fail (or are not there) with test_patch alone, and pass with both"),
    Field(
        "PASS_TO_PASS",
        "text",
        "JSON: tests that pass with both, and with test_patch alone or (where that cannot be built) with neither",
    ),
    Field("flaky", "text", "JSON: tests that ended otherwise in another run: they are in none of the two"),
    Field("base_builds", "bool", "with test_patch alone everything could be built, and every file of tests be loaded"),
    Field("before", "text", "JSON: test → passed, failed, error or skipped, with test_patch alone"),
    Field("after", "text", "JSON: the same with both"),
    Field("bare", "text", "JSON: the same with neither, where that was needed to tell tests apart; else empty"),
    Field("runs", "int32", "how often tests were run before, and after"),
    Field("test_cmd", "text", "the script that runs the tests, with its variables, in the folder of the repository"),
    Field("environment", "text", "JSON: hash of the pipeline and the pipeline, scripts of set-up, isolation, versions"),
    Field("created_at", "text", "when the commit was made: ISO 8601, UTC"),
    Field("issue", "text", "number of the issue that problem_statement is, or empty"),
    Field("files", "text", 'JSON: of each file that it changes path, blob and old_blob ("": not there), and test'),
    Field("digest", "text", "of both patches: rows with the same one are the same task"),
)
#: With milliseconds: whole seconds in JSON are no text any more to Arrow's reader, and come out of it without the zone.
_WHEN = "%Y-%m-%dT%H:%M:%S.000Z"


class Task(NamedTuple):
    """A commit that became a task: texts by blob id, terms by path, what is asked, and the issue's number or ""."""

    one: Candidate
    texts: Mapping[str, str]
    terms: Mapping[str, Terms]
    asked: str
    issue: str
    split: str


def row_of(task: Task, full_name: str, origin: str, found: Judged, ran: Ran) -> dict[str, Any]:
    """Give a task as a row, with the columns of COMMON."""
    one = task.one
    sources, tests = ([c for c in one.changes if c.test is test] for test in (False, True))
    patches = [patch(changes, task.texts) for changes in (sources, tests)]
    most = max(sources, key=lambda change: size(change, task.texts))
    licence = combine(terms.licence for terms in task.terms.values())
    own, base = ran.after[0], ran.base[0]
    environment = own.told["environment"]
    return {
        "source": f"{full_name}@{one.commit}",
        "repository": full_name,
        "origin": origin,
        "commit": one.commit,
        "path": most.path if len(one.changes) == 1 else "",
        "language": task.terms[most.path].language,
        "licence": licence,
        "licence_class": classify(licence),
        "split": task.split,
        "instance_id": f"{full_name.replace('/', '__')}-{one.commit[:12]}",
        "repo": full_name,
        "base_commit": one.base,
        "problem_statement": task.asked,
        "patch": patches[0],
        "test_patch": patches[1],
        "FAIL_TO_PASS": json_of(found.mended),
        "PASS_TO_PASS": json_of(found.kept),
        "flaky": json_of(found.flaky),
        "base_builds": found.builds,
        "before": _object(base.tests),
        "after": _object(own.tests),
        "bare": _object(ran.bare[0].tests) if ran.bare else "",
        "runs": len(ran.after),
        "test_cmd": "\n".join(environment["test"]),
        "environment": _object(environment),
        "created_at": datetime.fromtimestamp(one.when, UTC).strftime(_WHEN),
        "issue": task.issue,
        "files": json_of(
            [{"path": c.path, "blob": c.new_blob, "old_blob": c.old_blob, "test": c.test} for c in one.changes]
        ),
        "digest": hashlib.blake2b("\0".join(patches).encode(), digest_size=16).hexdigest(),
    }


def _object(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Lay rows out."""
    return {f.name: column([row[f.name] for row in rows], f.kind) for f in (*COMMON, *FIELDS)}
