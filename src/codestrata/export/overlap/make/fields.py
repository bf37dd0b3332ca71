"""Which field of a record is what: names that evaluation sets use, or the ones that are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.export.overlap.make.records import Record

#: What a field may be → names it goes by; a record may have several of one role, and all are taken.
ROLES: Mapping[str, tuple[str, ...]] = {
    "id": ("task_id", "problem_id", "question_id", "instance_id", "id", "name", "slug", "title"),
    "prompt": (
        *("prompt", "complete_prompt", "instruct_prompt", "question", "question_content", "text", "problem"),
        *("problem_statement", "description", "instruction", "intent", "skeleton", "class_description", "query"),
    ),
    "solution": (
        *("canonical_solution", "solution", "solutions", "code", "reference_code", "reference", "solution_code"),
        *("patch", "gold_patch", "answer", "ground_truth"),
    ),
    "docstring": ("docstring", "doc_string", "doc"),
    "test": ("test", "tests", "test_list", "challenge_test_list", "test_code", "unit_tests", "test_patch"),
    "language": ("language", "lang", "programming_language"),
}
_NUMBER = re.compile(r"(\d+)\D*\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: its id, its language (as the set names it) and texts by role: prompt, docstring, solution, test."""

    id: str
    language: str
    texts: Mapping[str, tuple[str, ...]]


def problems(found: Iterable[Record], named: Sequence[str] = (), ids: str = "") -> list[Problem]:
    """Make problems of records.

    named: ``ROLE=FIELD``, where fields have other names (``prompt=meta.question`` for one inside another; one role may
    be named several times); ids: only problems whose id ends in a number of this range, ``11-510``. Raises InvalidInput
    where a field or a role does not exist, or nothing is left.
    """
    told, within = _told(named), _range(ids)
    made: list[Problem] = []
    seen: set[str] = set()
    first = ""
    for number, (where, record) in enumerate(found):
        first = first or where
        problem = _problem(record, told, where, number)
        if within and not _inside(problem.id, within):
            continue
        if problem.id in seen:
            problem = Problem(f"{problem.id}#{number}", problem.language, problem.texts)
        seen.add(problem.id)
        made.append(problem)
    if not made:
        raise InvalidInput("no problem is left" if first else "there is no record", where=first or "the file")
    return made


def _told(named: Sequence[str]) -> dict[str, tuple[str, ...]]:
    told: dict[str, tuple[str, ...]] = {}
    for one in named:
        role, equal, name = one.partition("=")
        if not equal or not name or role not in ROLES:
            hint = f"ROLE=FIELD, where ROLE is one of {', '.join(ROLES)}"
            raise InvalidInput(f"{one!r} names no field", where="--field", hint=hint)
        told[role] = (*told.get(role, ()), name)
    return told


def _range(ids: str) -> tuple[int, int] | None:
    if not ids:
        return None
    match = re.fullmatch(r"(\d+)-(\d+)", ids)
    if not match or int(match[1]) > int(match[2]):
        raise InvalidInput(f"{ids!r} is no range", where="--ids", hint="for example 11-510")
    return int(match[1]), int(match[2])


def _inside(name: str, within: tuple[int, int]) -> bool:
    number = _NUMBER.search(name)
    return bool(number) and within[0] <= int(number[1]) <= within[1]  # type: ignore[index]


def _problem(record: Mapping[str, Any], told: Mapping[str, tuple[str, ...]], where: str, number: int) -> Problem:
    texts = {role: tuple(_role(record, role, told, where)) for role in ("prompt", "docstring", "solution", "test")}
    if not any(texts.values()):
        known = ", ".join(map(str, record)) or "none"
        hint = "name them: --field prompt=FIELD --field solution=FIELD"
        raise InvalidInput(f"no field with a text of a problem among {known}", where=where, hint=hint)
    name = next(iter(_role(record, "id", told, where)), str(number))
    language = next(iter(_role(record, "language", told, where)), "")
    return Problem(name, language, texts)


def _role(record: Mapping[str, Any], role: str, told: Mapping[str, tuple[str, ...]], where: str) -> Iterator[str]:
    if role in told:
        for path in told[role]:
            yield from _texts(_at(record, path, where), scalar=role == "id")
        return
    names = {str(name).lower(): name for name in record}
    for name in ROLES[role]:
        if name in names:
            yield from _texts(record[names[name]], scalar=role == "id")


def _at(record: Mapping[str, Any], path: str, where: str) -> Any:
    found: Any = record
    for step in (path,) if path in record else path.split("."):
        if not isinstance(found, Mapping) or step not in found:
            hint = f"there are {', '.join(map(str, record))}"
            raise InvalidInput(f"there is no field {path!r}", where=where, hint=hint)
        found = found[step]
    return found


def _texts(value: Any, *, scalar: bool) -> Iterator[str]:
    """Give the texts in a value: a string, a list of such, a list written as JSON; numbers where ids are asked for."""
    if isinstance(value, str):
        listed = _listed(value)
        if listed is not None:
            yield from _texts(listed, scalar=scalar)
        elif value.strip():
            yield value.encode("utf-8", "replace").decode()  # JSON may hold halves of surrogate pairs
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one, scalar=scalar)
    elif isinstance(value, int) and scalar:
        yield str(value)


def _listed(value: str) -> list[str] | None:
    if not value.lstrip().startswith('["'):
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else None
