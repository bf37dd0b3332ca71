"""Fields that methods give to their object: ``self.x = …`` of Python, ``this.x = …`` of JavaScript."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.rows import Members
from codestrata.analyze.syntax.outline.members.texts import Told, nothing
from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.analyze.syntax.outline.tree import LONGEST, Tree
from codestrata.store.columns import Varlen

_GRAMMARS = frozenset({"python", "javascript", "typescript", "tsx"})
_MAKES = re.compile(r"(?:new\s+)?([A-Z]\w*)\s*\(")


def given(tree: Tree, actions: Actions) -> list[Members]:
    """Give the fields of types that nothing declares, each where it is first assigned."""
    if tree.nodes.loaded.grammar.name not in _GRAMMARS or not len(actions.own):
        return []
    own = actions.own
    statement = tree.above(own)
    kept = tree.is_a(statement, ("assignment", "assignment_expression")) & (tree.child(statement, "left") == own)
    own, statement = own[kept], statement[kept]
    holder = actions.holder(own)
    seen = _known(tree, actions)
    names = tree.texts(tree.child(own, actions.acts.access[2]))
    sorts, values = tree.texts(tree.child(statement, "type")), tree.child(statement, "right").tolist()
    rows: list[tuple[int, int, int, str, str]] = []
    for i, (node, name, method) in enumerate(zip(own.tolist(), names, holder.tolist(), strict=True)):
        place = int(actions.kin.methods[method]) if method >= 0 else -1
        if place < 0 or (key := (int(actions.kin.of[place]), name)) in seen:
            continue
        seen.add(key)
        sort = sorts[i] or _sort(tree, values[i], int(actions.found.parameters[place]))
        rows.append((node, int(statement[i]), key[0], name, " ".join(sort.lstrip(": ").split())[:LONGEST]))
    return [_told(tree, rows, actions.kin.names)] if rows else []


def _known(tree: Tree, actions: Actions) -> set[tuple[int, str]]:
    """Give the members that are declared, by numbers of types and names."""
    methods, fields = actions.kin.methods, actions.fields
    names = [actions.found.names[i] for i in methods.tolist()]
    seen = set(zip(actions.kin.of[methods].tolist(), names, strict=True))
    return seen | set(zip(fields.of.tolist(), tree.texts(fields.name), strict=True))


def _told(tree: Tree, rows: list[tuple[int, int, int, str, str]], kin: list[str]) -> Members:
    nodes, statements, types, names, sorts = zip(*rows, strict=True)
    where = np.array(statements, np.int64)
    empty = nothing(len(rows))
    columns = {
        "type": Told(Varlen.of(kin), np.array(types, np.int64)),
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
