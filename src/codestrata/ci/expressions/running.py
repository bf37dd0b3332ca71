"""Scopes while something runs: what the names of :mod:`codestrata.ci.expressions.scopes` stand for."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Protocol

from codestrata.ci.expressions.evaluate import Scope
from codestrata.ci.expressions.expression import parse
from codestrata.ci.expressions.globs import matcher
from codestrata.ci.expressions.scopes import JOB_PARTS, REPOSITORY
from codestrata.ci.expressions.types import ABSENT, Type
from codestrata.ci.plan import ColumnPlan
from codestrata.ci.records import JobResult, Results, StepResult
from codestrata.model.result import ResultClass


class Tree(Protocol):
    """The files of a work tree, for has_file() and hash()."""

    def paths(self) -> Iterable[str]:
        """Give the paths of its regular files, relative, with ``/``."""

    def content(self, path: str) -> bytes:
        """Give one file's bytes, or anything that stands for them (a hash)."""


@dataclass(frozen=True, slots=True)
class NoFiles:
    """A tree without files."""

    def paths(self) -> Iterable[str]:
        """Give none."""
        return ()

    def content(self, path: str) -> bytes:  # noqa: ARG002 -- there is none
        """Give nothing."""
        return b""


@dataclass(frozen=True, slots=True)
class State:
    """How things stand: ``failed`` says whether anything before (steps of the job, or jobs it needs) did not pass."""

    failed: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a condition or template can see; parts of ``repo`` and ``job`` that are missing are absent values."""

    repo: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)
    matrix: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    job: Mapping[str, object] = field(default_factory=dict)
    needs: Mapping[str, ResultClass] = field(default_factory=dict)
    state: State = State()
    tree: Tree = NoFiles()

    def scope(self) -> Scope:
        """Give it as the scope of conditions and templates."""
        names = {
            "repo": _whole(self.repo, REPOSITORY),
            "job": _whole(self.job, JOB_PARTS),
            "params": self.params,
            "matrix": self.matrix,
            "env": self.env,
            "needs": {name: {"result": str(result)} for name, result in self.needs.items()},
        }
        functions: dict[str, Callable[..., object]] = {
            "success": lambda: not (self.state.failed or self.state.cancelled),
            "failure": lambda: self.state.failed,
            "always": lambda: True,
            "cancelled": lambda: self.state.cancelled,
            "has_file": lambda pattern: any(map(matcher(pattern), self.tree.paths())),
            "hash": lambda *patterns: _hash(self.tree, patterns),
        }
        return Scope(names, functions)


def _whole(given: Mapping[str, object], parts: Mapping[str, Type]) -> dict[str, object]:
    return {name: given.get(name, ABSENT[kind.kind]) for name, kind in parts.items()}


def _hash(tree: Tree, patterns: Sequence[str]) -> str:
    """Hash the names and bytes of the files that match: 32 hexadecimal digits; "" where none does."""
    wanted = [matcher(one) for one in patterns]
    found = sorted(path for path in tree.paths() if any(match(path) for match in wanted))
    whole = hashlib.blake2b(digest_size=16)
    for path in found:
        content = hashlib.blake2b(tree.content(path), digest_size=32).digest()
        whole.update(path.encode("utf-8", "surrogateescape") + b"\0" + content)
    return whole.hexdigest() if found else ""


def column_values(
    columns: Iterable[ColumnPlan],
    results: Results,
    repo: Mapping[str, object] = {},
    params: Mapping[str, object] = {},
) -> dict[str, bool | int | float | str]:
    """Compute a plan's columns from what came of it, in the order they were defined; each sees those before it."""
    names: dict[str, object] = {
        "findings": results.findings,
        "tests": results.tests,
        "coverage": results.coverage,
        "metrics": results.metrics,
        "steps": results.steps,
        "jobs": results.jobs,
        "repo": _whole(repo, REPOSITORY),
        "params": params,
    }
    functions: dict[str, Callable[..., object]] = {
        "job": lambda name: _job(results.jobs, name),
        "step": lambda job, name: _step(results.steps, job, name),
        "metric": lambda name, other=-1.0: next((one.value for one in results.metrics if one.name == name), other),
        "coverage": lambda: _covered(results),
    }
    found: dict[str, bool | int | float | str] = {}
    for column in columns:
        value = parse(column.expression, f"column {column.name}").evaluate(Scope({**names, **found}, functions))
        found[column.name] = as_type(value, column.type)
    return found


def as_type(value: object, kind: str) -> bool | int | float | str:
    """Give a value in a column's type; what cannot be is the type's absent value."""
    if kind == "float" and isinstance(value, (int, float)):
        return float(value)
    if kind == "int" and isinstance(value, (int, float)) and math.isfinite(value):
        return int(value)
    if kind == "bool" and isinstance(value, (bool, int)):
        return bool(value)
    return str(value) if kind == "str" and isinstance(value, str) else ABSENT[kind]


def _job(jobs: Sequence[JobResult], name: str) -> object:
    """Give a job by its id; by its name, all combinations of its matrix as one."""
    chosen = [one for one in jobs if one.id == name] or [one for one in jobs if one.job == name]
    worst = next((one.result for one in chosen if one.result is not ResultClass.PASSED), None)
    result = worst or (ResultClass.PASSED if chosen else ResultClass.SKIPPED)
    return SimpleNamespace(
        result=str(result),
        passed=result is ResultClass.PASSED,
        seconds=float(sum(one.wall for one in chosen)),
        attempts=sum(one.attempts for one in chosen),
    )


def _step(steps: Sequence[StepResult], job: str, name: str) -> object:
    chosen = [one for one in steps if one.name == name and job in {one.job, one.job.partition(" (")[0]}]
    last = max(chosen, key=lambda one: (one.repeat, one.attempt), default=None)
    if last is None:
        return SimpleNamespace(result="skipped", code=-1, passed=False, seconds=0.0)
    passed = last.result is ResultClass.PASSED
    return SimpleNamespace(result=str(last.result), code=last.code, passed=passed, seconds=last.wall)


def _covered(results: Results) -> float:
    lines = sum(one.lines for one in results.coverage if one.lines > 0)
    return sum(max(one.covered, 0) for one in results.coverage) / lines if lines else -1.0
