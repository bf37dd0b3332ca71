"""What a plan has beside jobs: triggers, requirements, columns, notifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from codestrata.ci.compile.params import Params
from codestrata.ci.compile.place import Place
from codestrata.ci.document import Problems
from codestrata.ci.expressions import Type, columns, conditions, requirements
from codestrata.ci.expressions.bind import bind, unparse
from codestrata.ci.expressions.mistakes import article
from codestrata.ci.forms.given import Given
from codestrata.ci.plan import ColumnPlan, NotifyPlan, RequirePlan, TriggerPlan


def triggers(on: Any, place: Place) -> tuple[TriggerPlan, ...]:
    """Give the triggers by kind; people and the API can start whatever does not say otherwise."""
    given = dict.fromkeys(map(str, on), True) if isinstance(on, list) else dict(on or {})
    found = [TriggerPlan(kind=kind) for kind in ("manual", "api") if given.pop(kind, True)]
    for kind, terms in sorted(given.items()):
        if not (isinstance(terms, dict) and terms.get("off")):
            found.append(TriggerPlan(kind=kind, terms=dict(_terms(kind, terms, place))))
    return tuple(found)


def _terms(kind: str, terms: Any, place: Place) -> Iterator[tuple[str, Any]]:
    if kind == "cron" and isinstance(terms, list):
        yield "at", list(map(str, terms))
    for name, value in terms.items() if isinstance(terms, dict) else ():
        yield name, place.condition(value) if name == "if" else list(map(str, value))


def requirement(given: Given | None, place: Place) -> RequirePlan:
    """Give what a repository needs."""
    if given is None:
        return RequirePlan()
    return RequirePlan(
        files=tuple(map(str, given.get("files", ()))),
        languages=tuple(map(str, given.get("languages", ()))),
        max_bytes=given.get("max_size", 0),
        condition=place.condition(given.get("if")),
    )


#: What tables of results have beside a pipeline's columns.
_FIXED = frozenset({"repository", "repository_id", "commit", "pipeline", "result", "reason", "unknown"})


def column_plans(
    given: Mapping[str, Given], params: Params, used: set[str], problems: Problems
) -> Iterator[ColumnPlan]:
    """Give the columns; each may name those above it."""
    before: dict[str, Type] = {}
    for name, column in given.items():
        types = columns(before, params.types)
        if name in types.names or name in _FIXED:
            said = f'the column "{name}" has the name of something else'
            problems.error(column.mark, "column-name", said, "tables, repo and params keep their names")
        place = Place(types, problems, {"params": params.values}, used)
        plan = _column(name, column, place)
        if plan is not None:
            before[name] = Type(plan.type)
            yield plan


def _column(name: str, column: Given, place: Place) -> ColumnPlan | None:
    if "value" not in column:
        return None
    found = place.expression(column["value"])
    if found is None:
        return None
    kind = place.type(found)
    wanted = str(column.get("type", kind.kind))
    mark = column.at("value")
    if not kind.simple:
        hint = "name one of its parts, such as .passed" if kind.kind == "record" else "count its rows"
        place.problems.error(mark, "column-type", f'the column "{name}" cannot be a {kind}', hint)
        return None
    if wanted != kind.kind and (wanted, kind.kind) != ("float", "int"):
        said = article(f'the column "{name}" is said to be a {wanted}, but its value is a {kind}')
        place.problems.error(mark, "column-type", said, "leave type out, or change the expression")
    return ColumnPlan(name=name, type=wanted, expression=unparse(bind(found.node, place.known)))


def notifications(given: list[Given], place: Place) -> tuple[NotifyPlan, ...]:
    """Give whom to tell."""
    return tuple(
        NotifyPlan(
            kind=str(one.get("kind", "")),
            target=str(one.get("target", "")),
            condition=place.condition(one.get("if")) or ("failure()" if "if" not in one else ""),
        )
        for one in given
    )


def early(params: Params, problems: Problems, used: set[str]) -> Place:
    """Give the place of what is asked before any job."""
    return Place(requirements(params.types), problems, {"params": params.values}, used)


def late(params: Params, problems: Problems, used: set[str]) -> Place:
    """Give the place of what is asked about the whole run."""
    return Place(conditions(params=params.types), problems, {"params": params.values}, used)
