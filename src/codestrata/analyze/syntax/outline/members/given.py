"""Fields that methods give to their object: ``self.x = …`` of Python, ``this.x = …`` of JavaScript."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.rows import Members
from codestrata.analyze.syntax.outline.members.texts import Told, nothing
from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree
from codestrata.kernels.numbers import numbered
from codestrata.store.columns import Varlen

_GRAMMARS = frozenset({"python", "javascript", "typescript", "tsx"})
_MAKES = re.compile(r"(?:new\s+)?([A-Z]\w*)\s*\(")


def given(tree: Tree, actions: Actions) -> list[Members]:
    """Give the fields of types that nothing declares, each where it is first assigned."""
    if tree.nodes.loaded.grammar.name not in _GRAMMARS or not len(actions.own):
        return []
    own, statement = actions.given, tree.above(actions.given)
    plain = tree.is_a(statement, ("assignment", "assignment_expression"))
    own, statement, method = own[plain], statement[plain], actions.holder(own[plain])
    kept = np.flatnonzero(method >= 0)
    methods = actions.kin.methods[method[kept]]
    first = _first(tree, actions, own[kept], actions.kin.of[methods])
    kept, methods = kept[first], methods[first]
    rows = _rows(tree, actions, own[kept], statement[kept], methods) if len(first) else []
    return [_told(tree, rows, actions.kin.named)] if rows else []


def _first(tree: Tree, actions: Actions, own: Ints, types: Ints) -> Ints:
    """Give the places where a type's field is first given."""
    codes, names = tree.number(tree.child(own, actions.acts.access[2]))
    return np.sort(numbered(types * (len(names) + 1) + codes)[1])


def _rows(
    tree: Tree, actions: Actions, own: Ints, statement: Ints, methods: Ints
) -> list[tuple[int, int, int, str, str]]:
    """Give node, statement, number of the type, name and type of the fields that nothing declares."""
    of = actions.kin.of[methods].tolist()
    names, seen = tree.texts(tree.child(own, actions.acts.access[2])), _known(tree, actions, of)
    sorts, values = tree.texts(tree.child(statement, "type")), tree.child(statement, "right").tolist()
    lists = actions.found.parameters[methods].tolist()
    rows = []
    for i, (node, where) in enumerate(zip(own.tolist(), statement.tolist(), strict=True)):
        if (of[i], names[i]) not in seen:
            sort = sorts[i] or _sort(tree, values[i], lists[i])
            rows.append((node, where, of[i], names[i], " ".join(sort.lstrip(": ").split())[:LONGEST]))
    return rows


def _known(tree: Tree, actions: Actions, types: list[int]) -> set[tuple[int, str]]:
    """Give the members of some types that are declared, by numbers of types and names."""
    asked = np.zeros(len(actions.kin.named), np.bool_)
    asked[types] = True
    of, fields = actions.kin.of[actions.kin.methods], actions.fields
    some, more = np.flatnonzero(asked[of]), np.flatnonzero(asked[fields.of])
    names = [actions.found.names[i] for i in actions.kin.methods[some].tolist()]
    seen = set(zip(of[some].tolist(), names, strict=True))
    return seen | set(zip(fields.of[more].tolist(), tree.texts(fields.name[more]), strict=True))


def _told(tree: Tree, rows: list[tuple[int, int, int, str, str]], kin: Varlen) -> Members:
    nodes, statements, types, names, sorts = zip(*rows, strict=True)
    where = np.array(statements, np.int64)
    empty = nothing(len(rows))
    columns = {
        "type": Told(kin, np.array(types, np.int64)),
        "trait": empty,
        "name": Told.rows(Varlen.of(names)),
        "kind": Told(Varlen.of(["field"]), empty.which),
        "of": Told.rows(Varlen.of(sorts)),
        "takes": empty,
        "modifiers": empty,
        "traits": empty,
    }
    return Members(np.array(nodes, np.int64), tree.start[where], tree.end[where], columns)


def _sort(tree: Tree, value: int, parameters: int) -> str:
    """Tell the type of a value: that of the parameter it is, or of what it makes."""
    kind, text = tree.kind_of(value), tree.text(value)
    if kind == "identifier" and parameters >= 0:
        found = re.search(rf"(?<!\w){re.escape(text)}\??\s*:\s*([^,=)]+)", tree.text(parameters))
        return found[1].strip() if found else ""
    if kind in {"list", "array"}:
        return "list" if kind == "list" else "Array"
    if kind in {"dictionary", "object"}:
        return "dict" if kind == "dictionary" else "Object"
    made = _MAKES.match(text)
    return base(made[1]) if made else ""
