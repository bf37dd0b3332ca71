"""The tables that results become: a row for every record, with the columns that the caller stamps in front.

Rows are sorted, so that the same results give the same bytes in whatever order jobs ended. There are no nulls: absence
is "" or -1 (lines and columns of findings: 0).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from codestrata.ci.records import Results
from codestrata.store.columns import Columns, Varlen, column
from codestrata.store.schema import Field

#: Bytes of a step's log that its row keeps: the beginning and the end, where the reasons are.
LOG_BYTES = 64 << 10


STAMP = (
    Field("repository_id", "text", "UUIDv5 of the repository's canonical origin"),
    Field("commit", "text", "commit of the snapshot, hexadecimal"),
    Field("pipeline", "text", "hash of the plan that was run"),
)
_JOB = Field("job", "text", "id of the job, with its matrix: `test (os=linux)`")
_REPORT = Field("report", "text", "name of the report in the pipeline")
_RESULT = Field(
    "result",
    "text",
    "passed, or why not: failed, infra, timeout, oom, disk, policy, killed, cancelled, skipped, refused",
)

JOBS = (
    _JOB,
    Field("name", "text", "name of the job in the pipeline, without its matrix"),
    _RESULT,
    Field("reason", "text", "why it is not passed; empty when it is"),
    Field("matrix", "text", "its matrix values, JSON"),
    Field("runner", "text", "who ran it"),
    Field("isolation", "text", "the isolation it ran under"),
    Field("attempts", "int32", "how often it was tried"),
    Field("wall", "float64", "seconds from start to end"),
    Field("evidence", "text", "what the result was told by where no step has it, JSON"),
)
STEPS = (
    _JOB,
    Field("step", "int32", "place of the step in its job, from 0"),
    Field("name", "text", "name of the step"),
    _RESULT,
    Field("reason", "text", "why it is not passed; empty when it is"),
    Field("attempt", "int32", "which attempt of the job, from 1"),
    Field("repeat", "int32", "which repetition, from 1"),
    Field("code", "int32", "exit status, 128 + n after signal n; -1 when it did not run"),
    Field("evidence", "text", "what the result was told by, JSON"),
    Field("wall", "float64", "seconds from start to end"),
    Field("cpu_seconds", "float64", "processor seconds; -1 when not measured"),
    Field("memory", "int64", "peak memory in bytes; -1 when not measured"),
    Field("output", "int64", "bytes of output, kept or not"),
    Field("log", "text", "the output; of a long one its beginning and its end"),
)
FINDINGS = (
    _JOB,
    _REPORT,
    Field("tool", "text", "who says so"),
    Field("rule", "text", "the tool's name for what it found"),
    Field("level", "text", "error, warning, note or none"),
    Field("message", "text", "what it says"),
    Field("path", "text", "path of the file in the work tree; empty when it is about none"),
    Field("line", "int32", "first line, from 1; 0 when it names none"),
    Field("column", "int32", "first column, from 1; 0 when it names none"),
    Field("end_line", "int32", "last line; 0 when it names none"),
    Field("end_column", "int32", "last column, as the tool counts; 0 when it names none"),
    Field("snippet", "text", "the flagged line"),
    Field("fingerprint", "text", "the same as long as the flagged line says the same, wherever it moves in its file"),
)
TESTS = (
    _JOB,
    _REPORT,
    Field("repeat", "int32", "which repetition, from 1"),
    Field("suite", "text", "class, module or package of the test"),
    Field("name", "text", "name of the test"),
    Field("status", "text", "passed, failed, error or skipped"),
    Field("seconds", "float64", "seconds it took; -1 when the report does not say"),
    Field("message", "text", "what is said of a failure"),
    Field("path", "text", "file of the test, where the report names it"),
)
COVERAGE = (
    _JOB,
    _REPORT,
    Field("path", "text", "path of the file in the work tree"),
    Field("lines", "int64", "lines that can be covered"),
    Field("covered", "int64", "lines that tests reach"),
    Field("branches", "int64", "branches; -1 when not measured"),
    Field("branches_covered", "int64", "branches that tests take; -1 when not measured"),
)
METRICS = (
    _JOB,
    _REPORT,
    Field("name", "text", "what the report calls it"),
    Field("value", "float64", "the number"),
)
ACCESSES = (
    _JOB,
    Field("step", "int32", "place of the step in its job, from 0"),
    Field("host", "text", "the host that was asked for"),
    Field("port", "int32", "the port that was asked for"),
    Field("allowed", "bool", "it was let through"),
    Field("sent", "int64", "bytes sent"),
    Field("received", "int64", "bytes received"),
    Field("reason", "text", "why it was not let through"),
)
ARTIFACTS = (
    _JOB,
    Field("name", "text", "name of the artifact in the pipeline"),
    Field("files", "int64", "files in it"),
    Field("bytes", "int64", "bytes of its tar file"),
    Field("sha256", "text", "SHA-256 of its tar file, hexadecimal: its name in the workspace"),
)

#: Every table: what its rows are, its own columns, and which records they are made of.
TABLES: dict[str, tuple[str, tuple[Field, ...], str]] = {
    "ci_jobs": ("How every job of a pipeline ended.", JOBS, "jobs"),
    "ci_steps": ("Every execution of every step.", STEPS, "steps"),
    "findings": ("What tools say of places in the code.", FINDINGS, "findings"),
    "tests": ("Every test of every run.", TESTS, "tests"),
    "coverage": ("What tests reach of every file.", COVERAGE, "coverage"),
    "metrics": ("Numbers that reports give by name.", METRICS, "metrics"),
    "net_access": ("Every connection that a step asked for.", ACCESSES, "accesses"),
    "ci_artifacts": ("Every file set that was kept.", ARTIFACTS, "artifacts"),
}


def schema(table: str) -> tuple[Field, ...]:
    """Give all columns of a table, those of the stamp first."""
    return (*STAMP, *TABLES[table][1])


def tables(results: Results, **stamp: str) -> dict[str, Columns]:
    """Turn results into tables. ``stamp``: the leading columns and their one value; others than STAMP's may be added.

    Every table is there, with no row if need be.
    """
    return {name: _table(fields, getattr(results, of), stamp) for name, (_, fields, of) in TABLES.items()}


def _table(fields: Sequence[Field], records: Iterable[Any], stamp: Mapping[str, str]) -> Columns:
    rows = sorted(tuple(_value(record, field) for field in fields) for record in records)
    columns: Columns = {name: Varlen.of([value] * len(rows)) for name, value in stamp.items()}
    for i, field in enumerate(fields):
        columns[field.name] = column([row[i] for row in rows], field.kind)
    return columns


def _value(record: Any, field: Field) -> Any:
    name = _ATTRIBUTE.get((type(record).__name__, field.name), field.name)
    value = getattr(record, name)
    if isinstance(value, bytes):
        return _log(value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value).encode("utf-8", "replace").decode() if field.kind == "text" else value


#: Where a column and the record's field have other names: a job's ``id`` is what every other record calls its job.
_ATTRIBUTE = {("JobResult", "job"): "id", ("JobResult", "name"): "job"}


def _log(raw: bytes) -> str:
    """Give a log as text; of a long one the beginning and the end, with what lies between counted."""
    if len(raw) > LOG_BYTES:
        half = LOG_BYTES // 2
        raw = raw[:half] + b"\n[... %d bytes ...]\n" % (len(raw) - 2 * half) + raw[-half:]
    return raw.decode("utf-8", "replace").replace("\0", "")
