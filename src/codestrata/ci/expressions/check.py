"""The type of an expression: worked out from the types of what it names, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from codestrata.ci.expressions.functions import AGGREGATES
from codestrata.ci.expressions.mistakes import Mistake, meant
from codestrata.ci.expressions.nodes import Attribute, Binary, Call, Index, ListOf, Literal, Name, Node, Unary
from codestrata.ci.expressions.types import BOOL, FLOAT, INT, STR, Function, ScopeTypes, Type

_WORDS = {
    "null": 'there are no nulls: absence is "" or -1',
    "None": 'there are no nulls: absence is "" or -1',
    "secrets": "foreign code gets no secrets: what needs one cannot run here",
    "github": "it is repo, job, needs, matrix and params here",
}
_TRUTHS = {"True": "write true", "False": "write false", "yes": "write true", "no": "write false"}


def check(node: Node, scope: ScopeTypes) -> Type:
    """Give the type of a tree; raises Mistake where it does not fit."""
    return _KINDS[type(node)](node, scope)


def _literal(node: Literal, _: ScopeTypes) -> Type:
    return Type(type(node.value).__name__)


def _unary(node: Unary, scope: ScopeTypes) -> Type:
    if node.operator == "-":
        return _number(node.operand, scope, "-")
    _truth(node.operand, scope, "not")
    return BOOL


def _list(node: ListOf, scope: ScopeTypes) -> Type:
    kinds = [check(one, scope) for one in node.items]
    for one, kind in zip(node.items, kinds, strict=True):
        if not kind.simple or not kind.like(kinds[0]):
            raise Mistake(one.at, f"a list of {kinds[0]} cannot have a {kind}", "all items have one type")
    return Type("list", item=kinds[0] if kinds else None)


def _name(node: Name, scope: ScopeTypes) -> Type:
    found = scope.names.get(node.name)
    if found is None:
        if node.name in scope.functions:
            raise Mistake(node.at, f'"{node.name}" is a function', f"write {node.name}()")
        hint = _WORDS.get(node.name) or _TRUTHS.get(node.name) or meant(node.name, scope.names)
        raise Mistake(node.at, f'unknown name "{node.name}" in {scope.called}', hint)
    return found


def _part(node: Attribute, scope: ScopeTypes) -> Type:
    above = check(node.of, scope)
    called = node.of.name if isinstance(node.of, (Name, Attribute)) else "it"
    if above.kind == "map" and above.item:
        return above.item
    if above.kind == "table":
        raise Mistake(node.at, f'"{called}" is a table', f"ask for its rows: count({called}, {node.name} == …)")
    if above.kind != "record":
        raise Mistake(node.at, f"a {above} has no parts", "only names such as repo and job have")
    found = above.fields.get(node.name)
    if found is None:
        hint = meant(node.name, above.fields) or f'nothing is declared under "{called}"'
        raise Mistake(node.at, f'"{called}" has no "{node.name}"', hint)
    return found


def _item(node: Index, scope: ScopeTypes) -> Type:
    above, key = check(node.of, scope), check(node.key, scope)
    if above.kind != "list" or key.kind != "int":
        raise Mistake(
            node.at, f"a {above} has no item by {key}", 'a list has, by number; a record by a fixed text: x["a"]'
        )
    return above.item or STR


def _binary(node: Binary, scope: ScopeTypes) -> Type:
    operator = node.operator
    if operator in {"and", "or"}:
        _truth(node.left, scope, operator)
        _truth(node.right, scope, operator)
        return BOOL
    if operator in {"in", "not in"}:
        return _membership(node, scope)
    left = check(node.left, scope)
    if operator == "+" and left.kind == "str":
        right = check(node.right, scope)
        if right.kind != "str":
            raise Mistake(node.right.at, f"cannot add a {right} to a text", "both have to be texts, or both numbers")
        return STR
    if operator in {"+", "-", "*", "/"}:
        both = {_number(node.left, scope, operator).kind, _number(node.right, scope, operator).kind}
        return FLOAT if "float" in both or operator == "/" else INT
    return _comparison(node, left, check(node.right, scope))


def _comparison(node: Binary, left: Type, right: Type) -> Type:
    if not left.like(right):
        raise Mistake(node.at, f"cannot compare a {left} with a {right}", _conversion(node, left, right))
    if node.operator not in {"==", "!="} and left.kind not in {"int", "float", "str"}:
        raise Mistake(node.at, f"a {left} has no order", "compare it with == or !=")
    _known(node.right, left)
    _known(node.left, right)
    return BOOL


def _conversion(node: Binary, left: Type, right: Type) -> str:
    for kind, other in ((left, node.right), (right, node.left)):
        if kind.kind == "str" and isinstance(other, Literal):
            return f'it is a text: write "{str(other.value).lower()}"'
        if kind.simple and isinstance(other, Literal):
            return f"it is a {kind}: write it without quotes"
    return "both sides need the same type"


def _known(node: Node, kind: Type) -> None:
    """Refuse a text that can never be the other side's."""
    several = node.items if isinstance(node, ListOf) else (node,)
    for one in several:
        if kind.choices and isinstance(one, Literal) and one.value not in kind.choices:
            raise Mistake(one.at, f'it is never "{one.value}"', meant(str(one.value), kind.choices))


def _membership(node: Binary, scope: ScopeTypes) -> Type:
    left, right = check(node.left, scope), check(node.right, scope)
    if right.kind == "str" and left.kind == "str":
        return BOOL
    if right.kind != "list":
        raise Mistake(node.right.at, f"cannot look into a {right}", 'write a list: x in ["a", "b"]')
    if right.item and not left.like(right.item):
        raise Mistake(node.at, f"a {left} is never in a {right}", "both sides need the same type")
    _known(node.right, left)
    return BOOL


def _truth(node: Node, scope: ScopeTypes, where: str) -> None:
    kind = check(node, scope)
    if kind.kind != "bool":
        hint = 'compare it: x != ""' if kind.kind == "str" else "compare it: x > 0" if kind.number else ""
        raise Mistake(node.at, f'"{where}" needs a bool, not a {kind}', hint)


def _number(node: Node, scope: ScopeTypes, where: str) -> Type:
    kind = check(node, scope)
    if not kind.number:
        raise Mistake(node.at, f'"{where}" needs a number, not a {kind}', "compare or count it first")
    return kind


def _call(node: Call, scope: ScopeTypes) -> Type:
    spec = scope.functions.get(node.function)
    if spec is None:
        raise _unknown(node, scope)
    given = len(node.arguments)
    if given < spec.needs or (given > len(spec.takes) and not spec.more):
        raise Mistake(node.at, f"{node.function}() cannot have {given} arguments", f"write {signature(spec)}")
    takes = (*spec.takes, *[spec.takes[-1]] * (given - len(spec.takes))) if spec.more else spec.takes
    rows: ScopeTypes | None = None
    gives = spec.gives
    for argument, expected in zip(node.arguments, takes, strict=False):
        if expected == "table":
            rows = _rows(argument, spec, scope)
        elif isinstance(expected, str):
            kind = _of_rows(argument, expected, spec, rows or scope)
            gives = replace(kind, choices=(), about="") if gives == "field" and expected == "field" else gives
        else:
            _argument(argument, expected, spec, scope)
    return gives if isinstance(gives, Type) else FLOAT


def _unknown(node: Call, scope: ScopeTypes) -> Mistake:
    if node.function in AGGREGATES and scope.called != "conditions":
        hint = "define it as a column above, and name that here"
        return Mistake(node.at, f"{node.function}() cannot stand in {scope.called}", hint)
    return Mistake(
        node.at, f'unknown function "{node.function}" in {scope.called}', meant(node.function, scope.functions)
    )


def signature(spec: Function) -> str:
    """Show how a function is called."""
    words = [str(one) if isinstance(one, str) else one.kind for one in spec.takes]
    shown = [word if at < spec.needs else f"[{word}]" for at, word in enumerate(words)]
    return f"{spec.name}({', '.join(shown)}{', …' if spec.more else ''})"


def _argument(node: Node, expected: Type, spec: Function, scope: ScopeTypes) -> None:
    kind = check(node, scope)
    either = expected.kind == "text or list" and kind.kind in {"str", "list"}
    if not (either or kind.kind == expected.kind or (expected.kind == "float" and kind.number)):
        raise Mistake(node.at, f"{spec.name}() needs a {expected} here, not a {kind}", f"write {signature(spec)}")


def _rows(node: Node, spec: Function, scope: ScopeTypes) -> ScopeTypes:
    """Give the scope that predicates over a table's rows see: no aggregates, so that work stays linear."""
    tables = [name for name, kind in scope.names.items() if kind.kind == "table"]
    if not isinstance(node, Name) or node.name not in tables:
        hint = meant(node.name, tables) if isinstance(node, Name) else f"tables are {', '.join(tables)}"
        raise Mistake(node.at, f"{spec.name}() needs a table first", hint)
    if spec.name == "flaky" and node.name != "tests":
        raise Mistake(node.at, "flaky() is about tests", "write flaky(tests)")
    fields = scope.names[node.name].fields
    plain = {name: kind for name, kind in scope.names.items() if kind.kind != "table"}
    pure = {name: one for name, one in scope.functions.items() if one.call}
    return ScopeTypes(f"a condition on {node.name}", {**plain, **fields}, pure)


def _of_rows(node: Node, expected: str, spec: Function, scope: ScopeTypes) -> Type:
    kind = check(node, scope)
    if expected == "predicate" and kind.kind != "bool":
        raise Mistake(node.at, f"{spec.name}() needs a condition here, not a {kind}", 'for example: status == "passed"')
    numeric = spec.name in {"sum", "mean"}
    if expected == "field" and not (kind.number if numeric else kind.simple):
        raise Mistake(
            node.at, f"{spec.name}() needs a {'number' if numeric else 'value'} here, not a {kind}", "name a field"
        )
    return kind


_KINDS: Mapping[type, Callable[[Any, ScopeTypes], Type]] = {
    Literal: _literal,
    ListOf: _list,
    Name: _name,
    Attribute: _part,
    Index: _item,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
}
