"""Candidates: nodes that a row of a form fits, with what is around them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import Loaded, load
from codestrata.analyze.syntax.outline.defined import FUNCTIONS, NUMBERS, within
from codestrata.analyze.syntax.outline.forms import FORMS, Def, Form
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree, among
from codestrata.kernels.library import library
from codestrata.kernels.nodes.defined import DECLARATOR, FUNCTION, PARENTHESES, WRAPPER, Found, Rules, defined
from codestrata.kernels.numbers import numbered

#: Kinds of functions without a name, in all grammars.
_UNNAMED = (
    *("arrow_function", "function_expression", "generator_function", "lambda", "func_literal"),
    *("closure_expression", "lambda_expression", "static_initializer"),
)
_BRACKETS, _CALLED = ("parenthesized_declarator",), ("function_declarator",)


def candidates(tree: Tree) -> Found:
    """Find what is defined, less names for values inside functions, and fields."""
    native, grammar = library(), tree.nodes.loaded.grammar.name
    if native is None:
        return _settled(tree, FORMS[grammar])
    rules = rules_of(grammar)
    (kinds, fields), unnamed = rules.asked, tree.nodes.of_numbers(*rules.unnamed)
    nodes = tree.nodes.of_numbers(*kinds)
    if fields:
        nodes = np.sort(np.concatenate([nodes, *map(tree.known_as, fields)]))
    return defined(native, tree.laid, rules, nodes, unnamed)


@lru_cache(maxsize=16)
def rules_of(grammar: str) -> Rules:
    """Give the rules of a form in numbers of its grammar."""
    form, known = FORMS[grammar], load(grammar)
    node, value = np.zeros((2, 1 << 16), np.uint32)
    each = np.zeros(len(known.fields), np.uint32)
    around = np.zeros(1 << 16, np.uint8)
    for number, row in enumerate(form.definitions):
        bit = np.uint32(1 << number)
        node[among(grammar, row.node)] |= bit
        value[among(grammar, row.value)] |= bit
        if row.each in known.field_numbers:
            each[known.field_numbers[row.each]] |= bit
    sorts = ((DECLARATOR, form.declarators), (PARENTHESES, _BRACKETS), (FUNCTION, _CALLED), (WRAPPER, form.wrappers))
    for mark, kinds in sorts:
        around[among(grammar, tuple(kinds))] |= mark
    whole = among(grammar, tuple({kind for row in form.definitions if not row.each for kind in row.node}))
    fields = tuple(sorted({row.each for row in form.definitions if row.each}))
    rules = np.array([_rule(known, row) for row in form.definitions], np.int32)
    unnamed = tuple(np.flatnonzero(among(grammar, _UNNAMED)).tolist())
    asked = (tuple(np.flatnonzero(whole).tolist()), fields)
    return Rules(rules, node, value, each, around, _field(known, "declarator"), asked, unnamed)


def _rule(known: Loaded, row: Def) -> list[int]:
    """Give a row of a form in numbers."""
    outward = row.parameters == "*"
    ways = (row.needs, row.name.rstrip("*"), row.body, "parameters" if outward else row.parameters)
    told = (not row.each, bool(row.value), row.name.endswith("*"), outward, row.binding)
    fields = [field for way in ways for field in _way(known, way)]
    return [*fields, *map(int, told), int(row.kind in FUNCTIONS), int(row.kind == "field")]


def _way(known: Loaded, way: str) -> list[int]:
    numbers = [[_field(known, field) for field in one.split(".")] if one else [] for one in f"{way}|".split("|")[:2]]
    return [number for one in numbers for number in (*one, 0, 0)[:2]]


def _field(known: Loaded, name: str) -> int:
    return known.field_numbers.get(name, -1)


def _settled(tree: Tree, form: Form) -> Found:
    """Find candidates as the kernel does."""
    found = _found(tree, form)
    rows = form.definitions
    binding = np.array([row.binding for row in rows], np.bool_)[found.row]
    kind = np.array([NUMBERS[row.kind] for row in rows], np.uint8)[found.row]
    scopes = np.flatnonzero(~binding)
    # what is around a definition: a scope that is not itself
    around = tree.holders(found.node[scopes], tree.above(found.node))
    parent = np.where(around >= 0, scopes[around] if len(scopes) else -1, -1)
    # functions without a name have insides, too
    inner = within(kind, parent, FUNCTIONS) | tree.below(tree.of(*_UNNAMED), found.node)
    field = (kind == NUMBERS["field"]) & (found.parameters < 0)
    found = found._replace(outer=_outer(tree, form, found.node), parent=parent)
    return found.less((binding & inner) | field)


def _found(tree: Tree, form: Form) -> Found:
    """Find nodes that a row of the form fits, the first row that does."""
    whole = tree.of(*{kind for row in form.definitions if not row.each for kind in row.node})
    parts: list[tuple[Ints, ...]] = []
    free = np.ones(len(whole), np.bool_)
    for i, row in enumerate(form.definitions):
        if row.each:
            nodes = tree.known_as(row.each)
            nodes = nodes[tree.is_a(tree.parent[nodes], row.node) & ((tree.flags[nodes] & 1) > 0)]
            fits = _fits(tree, row, nodes)
        else:
            fits = free & tree.is_a(whole, row.node) & _fits(tree, row, whole)
            free &= ~fits
            nodes = whole
        nodes = nodes[fits]
        name = _name(tree, form, row, nodes)
        nodes, name = nodes[name >= 0], name[name >= 0]
        none = np.full(len(nodes), -1, np.int64)
        body = tree.follow(nodes, row.body) if row.body else none
        parts.append((nodes, none, name, body, _parameters(tree, row, nodes, name), none, none + 1 + i))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    node, outer, name, body, parameters, parent, rows = (column[order] for column in columns)
    return Found(node, outer, name, body, parameters, parent, rows.astype(np.uint8))


def _fits(tree: Tree, row: Def, nodes: Ints) -> Bools:
    if not row.needs:
        return np.ones(len(nodes), np.bool_)
    there = tree.follow(nodes, row.needs)
    return tree.is_a(there, row.value) if row.value else there >= 0


def _name(tree: Tree, form: Form, row: Def, nodes: Ints) -> Ints:
    here = tree.follow(nodes, row.name.rstrip("*")) if row.name.rstrip("*") else nodes
    if not row.name.endswith("*"):
        return here
    declarator = tree.among(form.declarators)
    while True:
        on = declarator[tree.kind[here]] & (here >= 0)
        if not on.any():
            return here
        inner = tree.child(here, "declarator")
        here = np.where(on, np.where(inner < 0, tree.first_part(here), inner), here)


def _parameters(tree: Tree, row: Def, nodes: Ints, name: Ints) -> Ints:
    if row.parameters != "*":
        return tree.follow(nodes, row.parameters) if row.parameters else np.full(len(nodes), -1, np.int64)
    above = tree.above(name)
    above = np.where(tree.is_a(above, _BRACKETS), tree.above(above), above)
    return tree.child(np.where(tree.is_a(above, _CALLED), above, -1), "parameters")


def _outer(tree: Tree, form: Form, nodes: Ints) -> Ints:
    """Climb into wrappers, as long as a definition is alone in them."""
    outer, wrapper = nodes.copy(), tree.among(form.wrappers)
    climbing: NDArray[np.int64] = np.arange(len(nodes))
    while len(climbing):
        above = tree.above(outer[climbing])
        fits = (above >= 0) & wrapper[tree.kind[above]]
        climbing, above = climbing[fits], above[fits]
        _, _, which = numbered(above)
        alone = np.bincount(which)[which] == 1
        climbing = climbing[alone]
        outer[climbing] = above[alone]
    return outer
