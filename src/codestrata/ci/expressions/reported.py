"""Which reports a column reads, and whether it can be known when some of them are no judgement.

A predicate is worked out with three values (Kleene's logic): of a row that a report would have had, the tool, the
report and the job are known, nothing else is. Where that makes it false, the report does not matter.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codestrata.ci.expressions.expression import parse
from codestrata.ci.expressions.functions import AGGREGATES
from codestrata.ci.expressions.mistakes import ExpressionError
from codestrata.ci.expressions.nodes import Binary, Call, ListOf, Literal, Name, Node, Unary, children, walk
from codestrata.ci.plan import ColumnPlan
from codestrata.ci.records import Results
from codestrata.ci.reports.formats import FORMATS

_TABLES = ("findings", "tests", "coverage", "metrics")


@dataclass(frozen=True, slots=True)
class Declared:
    """A report of a plan. ``problem``: why it is no judgement, or ""; ``aside``: a condition did not want it here."""

    job: str
    name: str
    format: str
    tool: str
    problem: str = ""
    aside: bool = False

    def gives(self, table: str) -> bool:
        """Say whether it may have rows of a table; of an unknown format it may have any."""
        row = FORMATS.get(self.format)
        return row is None or table in row.gives

    def row(self) -> dict[str, str]:
        """Give what is known of its rows."""
        told = {"job": self.job, "report": self.name}
        return told | {"tool": self.tool} if self.tool else told


class _Unknown:
    """Stands for a value that is not known."""


_UNKNOWN = _Unknown()


def unknown_columns(columns: Iterable[ColumnPlan], reports: Sequence[Declared], results: Results) -> dict[str, str]:
    """Give the columns that cannot be known, each with the reason."""
    found: dict[str, str] = {}
    for column in columns:
        try:
            node = parse(column.expression, f"column {column.name}").node
        except ExpressionError:
            continue
        why = next((found[one.name] for one in walk(node) if isinstance(one, Name) and one.name in found), "")
        why = why or next(filter(None, (_hindrance(read) for read in _reads(node, reports, results))), "")
        if why:
            found[column.name] = why
    return found


def _hindrance(read: Sequence[Declared]) -> str:
    """Say why what is read is not known: one is no judgement, or all were set aside."""
    why = next((one.problem for one in read if one.problem), "")
    if why or not read or not all(one.aside for one in read):
        return why
    return f"{read[0].job}: {read[0].name} was not wanted here, so that nothing was judged"


def _reads(node: Node, reports: Sequence[Declared], results: Results) -> Iterable[Sequence[Declared]]:
    """Give, for each place of an expression that looks at reports, those that it looks at."""
    match node:
        case Call(function=name, arguments=(Name(name=table), *_)) if name in AGGREGATES and table in _TABLES:
            yield _aggregated(node, table, reports, results)
            return
        case Call(function="coverage"):
            yield [one for one in reports if one.gives("coverage")]
        case Call(function="metric", arguments=(Literal(value=str(name)), *_)):
            yield _metric(name, [one for one in reports if one.gives("metrics")], results)
        case Call(function="metric"):
            yield [one for one in reports if one.gives("metrics")]
        case Name(name=table) if table in _TABLES:
            yield [one for one in reports if one.gives(table)]
    for below in children(node):
        yield from _reads(below, reports, results)


def _aggregated(node: Call, table: str, reports: Sequence[Declared], results: Results) -> Sequence[Declared]:
    parts = dict(zip(AGGREGATES[node.function].takes, node.arguments, strict=False))
    predicate = parts.get("predicate")
    read = [one for one in reports if one.gives(table)]
    if predicate is None:
        return read
    mute = node.function == "all"  # of all rows those do not matter for which it is true
    read = [one for one in read if _told(predicate, one.row()) is not mute]
    if table == "metrics" and (name := _named(predicate)):
        return _metric(name, read, results)
    return read


def _metric(name: str, reports: Sequence[Declared], results: Results) -> Sequence[Declared]:
    """Give those that a metric may be from: where it is there, those that gave it, and what is of their formats."""
    gave = {(one.job, one.report) for one in results.metrics if one.name == name}
    formats = {one.format for one in reports if (one.job, one.name) in gave and not one.problem}
    return [one for one in reports if one.format in formats] if formats else reports


def _named(predicate: Node) -> str:
    """Give the name that a predicate over metrics asks for."""
    match predicate:
        case Binary(operator="==", left=Name(name="name"), right=Literal(value=str(name))):
            return name
        case Binary(operator="and", left=left, right=right):
            return _named(left) or _named(right)
    return ""


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}


def _told(node: Node, row: Mapping[str, str]) -> object:
    """Give the value of a predicate over a row of which only so much is known."""
    found: object = _UNKNOWN
    match node:
        case Literal(value=value):
            found = value
        case ListOf(items=items):
            several = tuple(_told(one, row) for one in items)
            found = _UNKNOWN if _UNKNOWN in several else several
        case Name(name=name):
            found = row.get(name, _UNKNOWN)
        case Unary(operator="not", operand=below):
            inner = _told(below, row)
            found = inner if inner is _UNKNOWN else not inner
        case Binary(operator="and" | "or" as word, left=left, right=right):
            found = _joined(_told(left, row), _told(right, row), decided=word == "or")
        case Binary(operator=word, left=left, right=right) if word in _COMPARED:
            found = _compared(_COMPARED[word], _told(left, row), _told(right, row))
    return found


def _joined(left: object, right: object, *, decided: bool) -> object:
    """Join two values by ``or`` (``decided`` is true: one that is true decides) or ``and`` (false)."""
    if any(one is not _UNKNOWN and bool(one) is decided for one in (left, right)):
        return decided
    return _UNKNOWN if left is _UNKNOWN or right is _UNKNOWN else not decided


def _compared(compare: Callable[[Any, Any], bool], left: object, right: object) -> object:
    if left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    try:
        return compare(left, right)
    except TypeError:
        return _UNKNOWN
