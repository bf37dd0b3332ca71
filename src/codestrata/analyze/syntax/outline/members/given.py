"""Fields that methods give to their object: ``self.x = …`` of Python, ``this.x = …`` of JavaScript."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.rows import Members
from codestrata.analyze.syntax.outline.members.texts import Told, nothing, pieces, whole
from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree
from codestrata.kernels.numbers import member, numbered
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen, joined

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
    own, statement, methods = own[kept], statement[kept], actions.kin.methods[method[kept]]
    types = actions.kin.of[methods]
    names = whole(tree, pieces(tree, tree.child(own, actions.acts.access[2])))
    first = _first(tree, actions, types, names)
    if not len(first):
        return []
    own, statement, lists = own[first], statement[first], actions.found.parameters[methods[first]]
    empty = nothing(len(first))
    columns = {
        "type": Told(actions.kin.named, types[first]),
        "trait": empty,
        "name": Told(names, first),
        "kind": Told(Varlen.of(["field"]), empty.which),
        "of": Told.rows(Varlen.of(_sorts(tree, statement, lists))),
        "takes": empty,
        "modifiers": empty,
        "traits": empty,
    }
    return [Members(own, tree.start[statement], tree.end[statement], columns)]


def _first(tree: Tree, actions: Actions, types: Ints, names: Varlen) -> Ints:
    """Give the places where a field of a type that is not declared is first given."""
    kin, fields = actions.kin, actions.fields
    known = [actions.found.named.take(kin.methods), whole(tree, pieces(tree, fields.name))]
    every = joined([*known, names])
    codes, _ = distinct(every.data, every.offsets[:-1], every.offsets[1:])
    keys = np.concatenate((kin.of[kin.methods], fields.of, types)) * (len(every) + 1) + codes
    declared, told = np.split(keys, [len(every) - len(types)])
    first = np.sort(numbered(told)[1])
    return first[~member(told[first], declared)]


def _sorts(tree: Tree, statements: Ints, lists: Ints) -> list[str]:
    """Give the types of fields by what statements give them, in methods with some parameters."""
    told = tree.texts(tree.child(statements, "type"))
    values = zip(tree.child(statements, "right").tolist(), lists.tolist(), strict=True)
    sorts = [text or _sort(tree, value, parameters) for text, (value, parameters) in zip(told, values, strict=True)]
    return [" ".join(sort.lstrip(": ").split())[:LONGEST] for sort in sorts]


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
