"""Used: what bodies of methods do with places that name something of their own object."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.members.acts import ACTS
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.nodes.uses import ROLES, Fields, uses

#: Kinds of ``x[i]``.
_ITEMS = ("subscript", "subscript_expression", "index_expression", "array_access")
#: What negates without a word in front, where a grammar has it for something that negates.
_NOT = ("not_operator", "condition_clause")


def used(tree: Tree, refs: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Say how some places are used (:data:`codestrata.kernels.nodes.uses.USES`), and the name called on each, or -1."""
    grammar = tree.nodes.loaded.grammar.name
    nulls = tree.of(*ACTS[grammar].nulls)
    return uses(tree.laid, refs, _roles(grammar), _fields(grammar), np.sort(tree.parent[nulls]))


def looped(tree: Tree, refs: Ints) -> Bools:
    """Say which places are in what a loop goes over."""
    loops = ACTS[tree.nodes.loaded.grammar.name].loops
    tops = np.sort(np.concatenate([tree.child(tree.of(kind), way) for kind, way in loops]))
    return tree.holders(tops[tops >= 0], refs) >= 0


@cache
def _roles(grammar: str) -> NDArray[np.uint8]:
    """Give the table of what kinds are (:data:`codestrata.kernels.nodes.uses.ROLES`)."""
    acts, known, table = ACTS[grammar], load(grammar), np.zeros(1 << 16, np.uint8)
    kinds = {
        "access": acts.access[:1],
        "call": acts.call[:1],
        "assigns": acts.assigns,
        "item": _ITEMS,
        "list": ("expression_list",),
        "pair": ("expression_list", "pattern_list"),
        "negates": acts.negations,
        "not": tuple(kind for kind in acts.negations if kind in _NOT),
    }
    for role, names in kinds.items():
        for number in (i for name in names for i in known.numbers.get(name, ()) if known.named[i]):
            table[number] |= ROLES[role]
    return table


@cache
def _fields(grammar: str) -> Fields:
    acts, known = ACTS[grammar], load(grammar).fields
    of_call = ("object", "name") if not acts.call[1] else acts.access[1:]
    return Fields(*(known.index(name) if name in known else 0 for name in (*of_call, acts.call[1] or "\0", "left")))
