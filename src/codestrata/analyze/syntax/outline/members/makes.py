"""Makes: what makes objects, and what methods give back."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.members.acts import Acts
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree

#: Functions that make what their template argument says (C++), and functions around what is returned (Rust).
_MAKERS = ("make_unique", "make_shared")
_AROUND = frozenset({"Box::new", "Arc::new", "Rc::new", "Ok", "Some"})


def made(tree: Tree, acts: Acts) -> tuple[Ints, Ints]:
    """Find what makes an object, and the node that says of which type."""
    grammar = tree.nodes.loaded.grammar.name
    nodes = [tree.of(kind) for kind, _ in acts.creates]
    sorts = [tree.follow(n, way) for n, (_, way) in zip(nodes, acts.creates, strict=True)]
    if grammar == "python":
        sorts[0] = np.where(tree.is_a(sorts[0], ("identifier",)) & _capital(tree, sorts[0]), sorts[0], -1)
    elif grammar == "rust":
        name = tree.child(sorts[1], "name")
        last = np.where(name >= 0, name, sorts[1])
        variant = _capital(tree, tree.follow(nodes[1], "function.name"))  # of an enum
        sorts[1] = np.where(_capital(tree, last) & ~variant, last, -1)
    elif grammar == "cpp":
        makers = tree.of("template_function")
        name = tree.child(makers, "name")
        makers = makers[[text in _MAKERS for text in tree.texts(name)]]
        kinds = tree.first_part(tree.child(makers, "arguments"))
        call = tree.above(makers)
        nodes.append(np.where(tree.is_a(call, ("qualified_identifier",)), tree.above(call), call))
        sorts.append(kinds)
    both = np.concatenate(nodes), np.concatenate(sorts)
    return both[0][both[1] >= 0], both[1][both[1] >= 0]


def _capital(tree: Tree, nodes: Ints) -> Bools:
    first = tree.nodes.arena[tree.start[nodes]]
    return np.asarray((first >= ord("A")) & (first <= ord("Z")) & (nodes >= 0))


def returned(tree: Tree, acts: Acts, body: Ints) -> Ints:
    """Find what methods give back, without what stands around it."""
    values = [tree.first_part(tree.of(*acts.returns))]
    if acts.tails:
        body = body[body >= 0]
        values.append(tree.previous(tree.after[body] - 1))
    value = np.concatenate(values)
    value = value[value >= 0]
    for _ in range(4):
        value = np.where(tree.is_a(value, acts.climbs), tree.first_part(value), value)
        if acts.tails:
            value = _unwrapped(tree, value)
    return value[value >= 0]


def _unwrapped(tree: Tree, value: Ints) -> Ints:
    """Go into ``Box::new(…)``, ``Ok(…)`` and their like (Rust)."""
    calls = np.flatnonzero(tree.is_a(value, ("call_expression",)))
    function = tree.child(value[calls], "function")
    around = calls[[text in _AROUND for text in tree.texts(function)]] if len(calls) else calls
    value = value.copy()
    value[around] = tree.first_part(tree.child(value[around], "arguments"))
    return value
