"""Own: where bodies of methods name their own object, its fields and its methods."""

from __future__ import annotations

from functools import cache

import numpy as np

from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.members.acts import Acts
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.nodes.named import named
from codestrata.kernels.nodes.uses import mine
from codestrata.kernels.numbers import member
from codestrata.kernels.worded import Words, worded

#: Fields by which nodes are known that say the name of something else.
_NAMES = ("name", "field", "declarator", "function", "property")


def accesses(tree: Tree, acts: Acts, methods: Ints) -> Ints:
    """Give the nodes that are ``self.x``, inside methods (nodes) or anywhere."""
    nodes, number, kinds = tree.of(acts.access[0]), tree.field_number(acts.access[1]), tree.among(acts.me)
    if not acts.receiver:
        return nodes[mine(tree.laid, nodes, number, kinds, acts.me_text.encode())]
    holder = tree.holders(methods, nodes)
    inside = np.flatnonzero(holder >= 0)
    nodes, names = nodes[inside], _receivers(tree, acts, methods)[holder[inside]]
    return nodes[mine(tree.laid, nodes, number, kinds, names=names)]


def me(tree: Tree, acts: Acts, methods: Ints, nodes: Ints) -> Bools:
    """Say which of some nodes are the object itself."""
    fits = tree.is_a(nodes, acts.me)
    if acts.me_text or acts.receiver:
        place = np.flatnonzero(fits)
        some = nodes[place]
        if acts.me_text:
            fits[place] = worded(tree.nodes.arena, tree.start[some], tree.end[some], _word(acts.me_text))
        else:
            fits[place] = _received(tree, acts, methods, some)
    return fits


@cache
def _word(text: str) -> Words:
    return Words.of((text,))


def _received(tree: Tree, acts: Acts, methods: Ints, nodes: Ints) -> Bools:
    """Say which identifiers are the name of the receiver (Go) of their method."""
    names = _receivers(tree, acts, methods)
    known = np.flatnonzero(names >= 0)
    first, place, found = _alike(tree, names[known], nodes)
    receiver = np.full(len(names) + 1, -2, np.int64)
    receiver[known] = first
    fits = np.zeros(len(nodes), np.bool_)
    fits[place] = receiver[tree.holders(methods, nodes[place])] == found
    return fits


def _receivers(tree: Tree, acts: Acts, methods: Ints) -> Ints:
    """Give the names of the receivers of methods (Go), or -1."""
    return tree.child(tree.first_part(tree.child(methods, acts.receiver)), "name")


def _alike(tree: Tree, known: Ints, nodes: Ints, less: Bools | None = None) -> tuple[Ints, Ints, Ints]:
    """Number the texts of known nodes, and of those nodes that read alike, less those that are known by some fields."""
    less = _less(tree.nodes.loaded.grammar.name, ()) if less is None else less
    return named(tree.laid, less, known, nodes)


@cache
def _less(grammar: str, names: tuple[str, ...]) -> Bools:
    return np.array([name in names for name in load(grammar).fields], np.bool_)


def fields_of(tree: Tree, methods: Ints, types: Ints, known: tuple[Ints, Ints]) -> Ints:
    """Find fields that methods (nodes, of ``types``) use without their object (Java, C++).

    ``known``: the names of fields, and whose they are.
    """
    nodes, less = tree.of("identifier"), _less(tree.nodes.loaded.grammar.name, _NAMES)
    return theirs(tree, methods, types, nodes, known, less)


def theirs(
    tree: Tree, methods: Ints, types: Ints, nodes: Ints, known: tuple[Ints, Ints], less: Bools | None = None
) -> Ints:
    """Give those of some nodes that read as a known name does that is of the type of the method around them."""
    names, of = known
    first, place, found = _alike(tree, names, nodes, less)
    nodes = nodes[place]
    holder = tree.holders(methods, nodes)
    inside = np.flatnonzero(holder >= 0)
    nodes, found, holder = nodes[inside], found[inside], holder[inside]
    many = len(names) + 1
    return nodes[member(types[holder] * many + found, of * many + first)]
