"""Putting values that are known early into expressions, and writing expressions down in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from codestrata.ci.expressions.evaluate import Scope, evaluate
from codestrata.ci.expressions.functions import PURE
from codestrata.ci.expressions.nodes import Attribute, Binary, Call, Index, ListOf, Literal, Name, Node, Unary, children

#: Values by the name they stand under: ``{"matrix": {"os": "linux"}}``.
Known = Mapping[str, Mapping[str, bool | int | float | str]]


def bind(node: Node, known: Known) -> Node:
    """Give the tree with known values in it; what can be computed from them is."""
    if isinstance(node, Attribute) and isinstance(node.of, Name):
        values = known.get(node.of.name, {})
        return Literal(node.at, values[node.name]) if node.name in values else node
    bound = _rebuilt(node, known)
    if isinstance(bound, Binary) and bound.operator in {"and", "or"}:
        return _logic(bound)
    below = children(bound)
    pure = not isinstance(bound, (Literal, Name, Attribute, ListOf)) and (
        not isinstance(bound, Call) or bound.function in PURE
    )
    if pure and below and all(map(_constant, below)):
        value = evaluate(bound, Scope({}))
        return Literal(bound.at, value) if isinstance(value, (bool, int, float, str)) else bound
    return bound


def _constant(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, ListOf) and all(map(_constant, node.items)))


def _rebuilt(node: Node, known: Known) -> Node:
    changed: dict[str, Any] = {}
    for part in _PARTS.get(type(node), ()):
        below = getattr(node, part)
        changed[part] = tuple(bind(one, known) for one in below) if isinstance(below, tuple) else bind(below, known)
    return replace(node, **changed)


#: Where nodes have others below them.
_PARTS: Mapping[type, tuple[str, ...]] = {
    Binary: ("left", "right"),
    Unary: ("operand",),
    Call: ("arguments",),
    ListOf: ("items",),
    Index: ("of", "key"),
    Attribute: ("of",),
}


def _logic(node: Binary) -> Node:
    """Drop operands that decide nothing, or all but the one that decides."""
    decides = node.operator == "or"
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, Literal):
            return one if one.value is decides else other
    return node


_STRENGTH = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}
_COMPARES, _SIGN, _CLOSED = 4, 7, 8


def unparse(node: Node) -> str:
    """Write a tree down, always in the same way."""
    return _WRITERS[type(node)](node)


def _strength(node: Node) -> int:
    if isinstance(node, Binary):
        return _STRENGTH.get(node.operator, _COMPARES)
    if isinstance(node, Unary):
        return 3 if node.operator == "not" else _SIGN
    negative = isinstance(node, Literal) and not isinstance(node.value, (bool, str)) and node.value < 0
    return _SIGN if negative else _CLOSED


def _within(node: Node, least: int) -> str:
    return unparse(node) if _strength(node) >= least else f"({unparse(node)})"


def _binary(node: Binary) -> str:
    strength = _strength(node)
    left = _within(node.left, strength + 1 if strength == _COMPARES else strength)
    return f"{left} {node.operator} {_within(node.right, strength + 1)}"


def _unary(node: Unary) -> str:
    return f"not {_within(node.operand, 3)}" if node.operator == "not" else f"-{_within(node.operand, _CLOSED)}"


def _literal(node: Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    shown = repr(value)
    return shown.replace("e", ".0e") if isinstance(value, float) and "e" in shown and "." not in shown else shown


def _quoted(text: str) -> str:
    for mark, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(mark, written)
    return f'"{text}"'


def _attribute(node: Attribute) -> str:
    of = _within(node.of, _CLOSED)
    plain = node.name.replace("-", "_").isidentifier() and node.name.isascii() and "-" not in node.name
    return f"{of}.{node.name}" if plain else f"{of}[{_quoted(node.name)}]"


def _several(items: tuple[Node, ...]) -> str:
    return ", ".join(map(unparse, items))


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Literal: _literal,
    ListOf: lambda node: f"[{_several(node.items)}]",
    Name: lambda node: node.name,
    Attribute: _attribute,
    Index: lambda node: f"{_within(node.of, _CLOSED)}[{unparse(node.key)}]",
    Call: lambda node: f"{node.function}({_several(node.arguments)})",
    Unary: _unary,
    Binary: _binary,
}
