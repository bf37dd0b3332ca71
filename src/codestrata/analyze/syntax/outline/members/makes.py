"""Makes: what makes objects, and what methods give back."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.members.acts import Acts
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.worded import Words, worded

#: Functions that make what their template argument says (C++), and functions around what is returned (Rust).
_MAKERS = Words.of(("make_unique", "make_shared"))
_AROUND = Words.of(("Box::new", "Arc::new", "Rc::new", "Ok", "Some"))


def made(tree: Tree, acts: Acts, calls: Ints, called: Ints) -> tuple[Ints, Ints]:
    """Find what makes an object, and the node that says of which type; ``called``: what calls call, or -1."""
    grammar = tree.nodes.loaded.grammar.name
    if grammar == "python":
        place = np.flatnonzero(tree.is_a(called, ("identifier",)))
        place = place[_capital(tree, called[place])]
        return calls[place], called[place]
    nodes = [tree.of(kind) for kind, way in acts.creates if way != "function.path"]
    sorts = [tree.child(some, way) for some, (_, way) in zip(nodes, acts.creates, strict=False)]
    for known, find in (("rust", _associated), ("cpp", _templates)):
        if grammar == known:
            more, kinds = find(tree, calls, called)
            nodes, sorts = [*nodes, more], [*sorts, kinds]
    both = np.concatenate(nodes), np.concatenate(sorts)
    return both[0][both[1] >= 0], both[1][both[1] >= 0]


def _associated(tree: Tree, calls: Ints, called: Ints) -> tuple[Ints, Ints]:
    """Rust: ``Type::make()``, but not variants of an enum."""
    path = tree.child(called, "path")
    place = np.flatnonzero(path >= 0)
    path = path[place]
    name = tree.child(path, "name")
    kept = _capital(tree, np.where(name >= 0, name, path))
    kept &= ~_capital(tree, tree.child(called[place], "name"))
    return calls[place[kept]], path[kept]


def _templates(tree: Tree, calls: Ints, called: Ints) -> tuple[Ints, Ints]:
    """C++: ``std::make_unique<Type>()``."""
    del calls, called
    makers = tree.of("template_function")
    name = tree.child(makers, "name")
    known = np.where(name >= 0, tree.end[name], tree.start[name])
    makers = makers[worded(tree.nodes.arena, tree.start[name], known, _MAKERS)]
    call = tree.above(makers)
    nodes = np.where(tree.is_a(call, ("qualified_identifier",)), tree.above(call), call)
    return nodes, tree.first_part(tree.child(makers, "arguments"))


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
    climbing = np.arange(len(value))
    for _ in range(4):
        before = value[climbing]
        inner = np.flatnonzero(tree.is_a(before, acts.climbs))
        value[climbing[inner]] = tree.first_part(before[inner])
        if acts.tails:
            value[climbing] = _unwrapped(tree, value[climbing])
        climbing = climbing[value[climbing] != before]
        if not len(climbing):
            break
    return value[value >= 0]


def _unwrapped(tree: Tree, value: Ints) -> Ints:
    """Go into ``Box::new(…)``, ``Ok(…)`` and their like (Rust)."""
    calls = np.flatnonzero(tree.is_a(value, ("call_expression",)))
    function = tree.child(value[calls], "function")
    calls, function = calls[function >= 0], function[function >= 0]
    around = calls[worded(tree.nodes.arena, tree.start[function], tree.end[function], _AROUND)]
    value[around] = tree.first_part(tree.child(value[around], "arguments"))
    return value
