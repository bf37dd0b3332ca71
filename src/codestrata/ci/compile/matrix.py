"""A matrix: one job for each combination of values."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from codestrata.ci.document import Problems
from codestrata.ci.forms.given import Given

Combination = dict[str, str]
_TERMS = ("include", "exclude", "max_parallel")
#: Combinations of one job, at most; characters of a value in the id of a job.
MOST, _LONGEST = 256, 40


def combinations(job: str, matrix: Given | None, problems: Problems) -> list[Combination]:
    """Give the combinations in the order of the file: axes vary from the last to the first; included ones come last.

    An included combination that agrees with an existing one in all axes they share, and has more, adds to it.
    """
    if matrix is None:
        return [{}]
    axes = {name: list(map(str, values)) for name, values in matrix.items() if name not in _TERMS}
    count = 1
    for values in axes.values():
        count *= len(values)
    if count > MOST:
        problems.error(matrix.mark, "matrix-size", f'the matrix of "{job}" has {count} combinations, at most {MOST}')
        return [{}]
    found = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    found = _without(job, found, matrix, axes, problems)
    found = _with(found, matrix.get("include", ()), axes)
    if not found:
        said = f'the matrix of "{job}" has no combination'
        problems.error(matrix.mark, "matrix-empty", said, "does exclude leave everything out?")
        return [{}]
    return _distinct(found)[:MOST]


def _without(
    job: str, found: list[Combination], matrix: Given, axes: Mapping[str, list[str]], problems: Problems
) -> list[Combination]:
    for one in matrix.get("exclude", ()):
        terms = {name: str(value) for name, value in one.items()}
        kept = [each for each in found if not _agrees(each, terms)]
        if len(kept) == len(found):
            told = ", ".join(f"{name}: {value}" for name, value in terms.items())
            unknown = [name for name in terms if name not in axes]
            hint = f'there is no axis "{unknown[0]}"' if unknown else "no combination has these values"
            problems.error(one.mark, "matrix-exclude", f'exclude {{{told}}} of "{job}" matches nothing', hint)
        found = kept
    return found


def _agrees(combination: Mapping[str, str], terms: Mapping[str, str]) -> bool:
    return all(combination.get(name) == value for name, value in terms.items())


def _with(
    found: list[Combination], included: Iterable[Mapping[str, str]], axes: Mapping[str, object]
) -> list[Combination]:
    added: list[Combination] = []
    for one in included:
        terms = {name: str(value) for name, value in one.items()}
        shared = {name: value for name, value in terms.items() if name in axes}
        matching = [each for each in found if _agrees(each, shared)] if len(shared) < len(terms) else []
        for each in matching:
            each.update(terms)
        if not matching:
            added.append(terms)
    return found + added


def _distinct(found: Iterable[Combination]) -> list[Combination]:
    return [dict(one) for one in dict.fromkeys(tuple(each.items()) for each in found)]


def job_id(job: str, combination: Mapping[str, str]) -> str:
    """Name a job: ``test``, or ``test (features=--all, os=linux)``."""
    if not combination:
        return job
    values = ", ".join(f"{name}={_short(value)}" for name, value in combination.items())
    return f"{job} ({values})"


def _short(value: str) -> str:
    one = " ".join(value.split())
    return one if len(one) <= _LONGEST else f"{one[: _LONGEST - 1]}…"
