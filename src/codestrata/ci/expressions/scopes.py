"""What may be named where: in conditions and ``${{ }}``, and in columns; with meanings, for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import get_type_hints

from codestrata.ci.expressions.functions import AGGREGATES, FILES, PURE, RESULT, RESULTS, STATE
from codestrata.ci.expressions.types import ScopeTypes, Type, record, text, texts, whole
from codestrata.ci.records import Coverage, Finding, JobResult, Metric, StepResult, TestCase
from codestrata.model.result import ResultClass

#: Parts of ``repo``; where nobody said, "" or -1.
REPOSITORY: Mapping[str, Type] = {
    "name": text("its full name: owner/name"),
    "url": text("where it is from"),
    "commit": text("the commit that is looked at, 40 or 64 hexadecimal digits"),
    "branch": text("the branch it was taken from"),
    "language": text("the language its list says it is in"),
    "license": text("the licence its list says it has"),
    "stars": whole("how many people marked it"),
    "forks": whole("how often it was forked"),
    "files": whole("regular files of its tree"),
    "bytes": whole("bytes of those files"),
    "committed_at": whole("when it was committed, seconds since 1970"),
}

#: Parts of ``job``, within one.
JOB_PARTS: Mapping[str, Type] = {
    "id": text("its unique id, with the matrix's values"),
    "name": text("its name in the file"),
    "runner": text("who runs it"),
    "isolation": text("how it is cut off"),
    "attempt": whole("which attempt this is, from 1"),
    "repeat": whole("which repetition this is, from 1"),
}
NEED = record({"result": text("how the job ended", RESULTS)}, "a job that this one needs")

_LEVELS = ("error", "warning", "note", "none")
_CHOICES = {("findings", "level"): _LEVELS, ("tests", "status"): ("passed", "failed", "error", "skipped")}
_RECORDS: Mapping[str, tuple[type, str]] = {
    "findings": (Finding, "what tools say of places in the code"),
    "tests": (TestCase, "one row for each test of each repetition"),
    "coverage": (Coverage, "one row for each file that tests were measured on"),
    "metrics": (Metric, "numbers that reports give by name"),
    "steps": (StepResult, "one row for each execution of each step"),
    "jobs": (JobResult, "one row for each job"),
}


@cache
def tables() -> Mapping[str, Type]:
    """Give the tables that columns see, with their fields: those of the records that are numbers or texts."""
    return {name: Type("table", fields=_fields(name, kind), about=about) for name, (kind, about) in _RECORDS.items()}


def _fields(table: str, kind: type) -> dict[str, Type]:
    hints = get_type_hints(kind)
    found = {}
    for one in fields(kind):
        hint = hints[one.name]
        if hint is ResultClass:
            found[one.name] = text(choices=RESULTS)
        elif hint in {bool, int, float, str}:
            found[one.name] = Type(hint.__name__, choices=_CHOICES.get((table, one.name), ()))
    return found


def conditions(
    *, params: Mapping[str, Type] = {}, matrix: Mapping[str, Type] = {}, needs: Iterable[str] = ()
) -> ScopeTypes:
    """Give the scope of conditions and of ``${{ }}`` within a job."""
    names = {
        "params": record(params, "the pipeline's parameters"),
        "matrix": record(matrix, "the values of this combination of the matrix, as texts"),
        "env": texts("the environment of the step, as the pipeline sets it"),
        "repo": record(REPOSITORY, "the repository"),
        "job": record(JOB_PARTS, "this job"),
        "needs": record(dict.fromkeys(needs, NEED), "the jobs that this one needs"),
    }
    return ScopeTypes("conditions", names, PURE | FILES | STATE)


def requirements(params: Mapping[str, Type] = {}) -> ScopeTypes:
    """Give the scope of ``require: {if: …}``, which is asked before any job is."""
    names = {"params": record(params, "the pipeline's parameters"), "repo": record(REPOSITORY, "the repository")}
    return ScopeTypes("a requirement", names, PURE | FILES)


def columns(before: Mapping[str, Type] = {}, params: Mapping[str, Type] = {}) -> ScopeTypes:
    """Give the scope of columns; ``before`` are the columns defined above."""
    own = {"repo": record(REPOSITORY, "the repository"), "params": record(params, "the pipeline's parameters")}
    return ScopeTypes("columns", {**own, **tables(), **before}, PURE | AGGREGATES | RESULT)
