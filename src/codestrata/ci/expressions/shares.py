"""Columns that are shares of coverage, from 0 to 1: people are shown them in per cent."""

from __future__ import annotations

from collections.abc import Iterable

from codestrata.ci.expressions.expression import parse
from codestrata.ci.expressions.mistakes import ExpressionError
from codestrata.ci.expressions.nodes import Binary, Call, Name, Node
from codestrata.ci.plan import ColumnPlan

_COUNTS = ({"covered", "lines"}, {"branches_covered", "branches"})


def shares(columns: Iterable[ColumnPlan]) -> tuple[str, ...]:
    """Give the names of the columns whose value is ``coverage()``, or what is covered over all there is to cover."""
    found: list[str] = []
    for column in columns:
        try:
            node = parse(column.expression).node
        except ExpressionError:
            continue
        if column.type == "float" and _share(node, found):
            found.append(column.name)
    return tuple(found)


def _share(node: Node, before: list[str]) -> bool:
    match node:
        case Call(function="coverage"):
            return True
        case Name(name=name):
            return name in before
        case Binary(operator="/", left=left, right=right):
            return {_sum(left), _sum(right)} in _COUNTS and _sum(left).endswith("covered")
    return False


def _sum(node: Node) -> str:
    """Give the field of ``coverage`` that a node sums up; "" for anything else."""
    match node:
        case Call(function="sum", arguments=(Name(name="coverage"), Name(name=field), *_)):
            return field
    return ""
