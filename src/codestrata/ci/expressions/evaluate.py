"""The value of an expression. Total: whatever the values are, there is a value, and it comes in bounded time.

Numbers stay within eight bytes (they stop at the limits), division by 0 gives 0, an item that is not there is the
type's absent value, and texts end at a million characters.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codestrata.ci.expressions.functions import AGGREGATES, PURE, aggregate
from codestrata.ci.expressions.nodes import Attribute, Binary, Call, Index, ListOf, Literal, Name, Node, Unary
from codestrata.ci.expressions.types import ABSENT

Value = object
_LONGEST_TEXT = 1_000_000
_HIGHEST = 2**63 - 1
_GREATEST = 1.7976931348623157e308


@dataclass(frozen=True, slots=True)
class Scope:
    """What names and functions stand for while an expression is evaluated.

    ``names`` hold values, mappings (``repo``), or sequences of records (tables); ``functions`` those that are not pure.
    """

    names: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)


def evaluate(node: Node, scope: Scope, row: object = None) -> Value:
    """Give the value; within a predicate, ``row`` is the row whose fields are names."""
    return _KINDS[type(node)](node, scope, row)


def _unary(node: Unary, scope: Scope, row: object) -> Value:
    value = evaluate(node.operand, scope, row)
    return not value if node.operator == "not" else _bounded(-_figure(value))


_MISSING = object()


def _name(node: Name, scope: Scope, row: object) -> Value:
    found = _MISSING if row is None else _part(row, node.name, _MISSING)
    return scope.names.get(node.name, "") if found is _MISSING else found


def _part(value: object, name: str, missing: object = "") -> object:
    if isinstance(value, Mapping):
        return value.get(name, missing)
    return missing if name.startswith("_") else getattr(value, name, missing)


def _item(value: object, key: object) -> Value:
    if isinstance(value, tuple) and isinstance(key, int) and value:
        return value[key] if -len(value) <= key < len(value) else type(value[0])()
    return ""


def _binary(node: Binary, scope: Scope, row: object) -> Value:
    left = evaluate(node.left, scope, row)
    if node.operator == "and":
        return bool(left) and bool(evaluate(node.right, scope, row))
    if node.operator == "or":
        return bool(left) or bool(evaluate(node.right, scope, row))
    right = evaluate(node.right, scope, row)
    return _OPERATIONS[node.operator](left, right)


def _figure(value: object) -> int | float:
    return value if isinstance(value, (int, float)) else 0


def _bounded(value: int | float) -> int | float:  # noqa: PYI041 -- both are meant
    if isinstance(value, int):
        return max(-_HIGHEST, min(_HIGHEST, value))
    if math.isnan(value):
        return 0.0
    return max(-_GREATEST, min(_GREATEST, value))


def _add(left: object, right: object) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return (left + right)[:_LONGEST_TEXT]
    return _bounded(_figure(left) + _figure(right))


def _divide(left: object, right: object) -> Value:
    over = _figure(right)
    return _bounded(float(_figure(left)) / over) if over else 0.0


def _ordered(compare: Callable[[object, object], bool]) -> Callable[[object, object], Value]:
    def compared(left: object, right: object) -> Value:
        alike = isinstance(left, str) == isinstance(right, str)
        return (
            alike
            and isinstance(left, (str, int, float))
            and isinstance(right, (str, int, float))
            and compare(left, right)
        )

    return compared


def _within(left: object, right: object) -> bool:
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return isinstance(right, tuple) and left in right


_OPERATIONS: Mapping[str, Callable[[object, object], Value]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": _ordered(operator.lt),  # type: ignore[arg-type]
    "<=": _ordered(operator.le),  # type: ignore[arg-type]
    ">": _ordered(operator.gt),  # type: ignore[arg-type]
    ">=": _ordered(operator.ge),  # type: ignore[arg-type]
    "in": _within,
    "not in": lambda left, right: not _within(left, right),
    "+": _add,
    "-": lambda left, right: _bounded(_figure(left) - _figure(right)),
    "*": lambda left, right: _bounded(_figure(left) * _figure(right)),
    "/": _divide,
}


def _call(node: Call, scope: Scope, row: object) -> Value:
    if node.function in AGGREGATES:
        return _aggregate(node, scope)
    values = [evaluate(one, scope, row) for one in node.arguments]
    pure = PURE.get(node.function)
    if pure and pure.call:
        try:
            return pure.call(*values)
        except TypeError:  # values that are not what was checked
            return ""
    known = scope.functions.get(node.function)
    return known(*values) if known else ""


def _aggregate(node: Call, scope: Scope) -> Value:
    table = evaluate(node.arguments[0], scope)
    rows: Sequence[object] = table if isinstance(table, (list, tuple)) else ()
    parts = dict(zip(AGGREGATES[node.function].takes, node.arguments, strict=False))
    wanted = parts.get("predicate")
    if node.function == "all" and wanted:
        return all(evaluate(wanted, scope, one) for one in rows)
    taken = [one for one in rows if wanted is None or evaluate(wanted, scope, one)]
    value = parts.get("field")
    values: Iterable[object] = (evaluate(value, scope, one) for one in taken) if value else ()
    found = aggregate(node.function, taken, values)
    if found is None:
        return _absent(node.arguments[0], value)
    return _bounded(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else found


def _absent(table: Node, value: Node | None) -> Value:
    """Give what stands for the least and greatest of nothing: "" of texts, -1 of numbers."""
    from codestrata.ci.expressions.scopes import tables

    known = tables().get(table.name) if isinstance(table, Name) else None
    field_ = known.fields.get(value.name) if known and isinstance(value, Name) else None
    return ABSENT[field_.kind] if field_ else -1


_KINDS: Mapping[type, Callable[[Any, Scope, object], Value]] = {
    Literal: lambda node, _, __: node.value,
    ListOf: lambda node, scope, row: tuple(evaluate(one, scope, row) for one in node.items),
    Name: _name,
    Attribute: lambda node, scope, row: _part(evaluate(node.of, scope, row), node.name),
    Index: lambda node, scope, row: _item(evaluate(node.of, scope, row), evaluate(node.key, scope, row)),
    Call: _call,
    Unary: _unary,
    Binary: _binary,
}
