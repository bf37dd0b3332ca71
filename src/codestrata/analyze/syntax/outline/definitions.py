"""Definitions: what a file defines, by the form of its grammar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.defined import FUNCTIONS, NUMBERS, TYPES, Definitions, among, within
from codestrata.analyze.syntax.outline.forms import FORMS, Def, Form
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.numbers import numbered

#: Kinds of functions without a name, in all grammars.
_UNNAMED = (
    *("arrow_function", "function_expression", "generator_function", "lambda", "func_literal"),
    *("closure_expression", "lambda_expression", "static_initializer"),
)


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidates, before anything is known of what is around them."""

    node: Ints
    name: Ints
    body: Ints
    parameters: Ints
    row: Ints


def definitions(tree: Tree) -> Definitions:
    """Find what is defined."""
    form = FORMS[tree.nodes.loaded.grammar.name]
    found = _candidates(tree, form)
    kind = np.array([NUMBERS[row.kind] for row in form.definitions], np.uint8)[found.row]
    if form.declarators:
        _prototypes(tree, found, kind)
    _fixed(tree, found, kind)
    binding = np.array([row.binding for row in form.definitions], np.bool_)[found.row]
    scopes = np.flatnonzero(~binding)
    # what is around a definition: a scope that is not itself
    around = tree.holders(found.node[scopes], tree.above(found.node))
    parent = np.where(around >= 0, scopes[around] if len(scopes) else -1, -1)
    # functions without a name have insides, too
    inner = within(kind, parent, FUNCTIONS) | tree.below(tree.of(*_UNNAMED), found.node)
    kept = np.flatnonzero(~(binding & inner) & (kind != NUMBERS["field"]))
    place = np.full(len(kind) + 1, -1, np.int64)
    place[kept] = np.arange(len(kept))
    return _named(
        tree,
        form,
        Definitions(
            found.node[kept],
            _outer(tree, form, found.node)[kept],
            found.name[kept],
            found.body[kept],
            found.parameters[kept],
            kind[kept],
            tree.texts(found.name[kept]),
            [],
            place[parent[kept]],
            ~binding[kept],
        ),
    )


def _candidates(tree: Tree, form: Form) -> _Found:
    """Find nodes that a row of the form fits, the first row that does."""
    whole = tree.of(*{kind for row in form.definitions if not row.each for kind in row.node})
    parts: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
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
        body = tree.follow(nodes, row.body) if row.body else np.full(len(nodes), -1, np.int64)
        parts.append((nodes, name, body, _parameters(tree, form, row, nodes, name), np.full(len(nodes), i, np.int64)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return _Found(*(column[order] for column in columns))


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


def _parameters(tree: Tree, form: Form, row: Def, nodes: Ints, name: Ints) -> Ints:
    if row.parameters != "*":
        return tree.follow(nodes, row.parameters) if row.parameters else np.full(len(nodes), -1, np.int64)
    del form
    above = tree.above(name)
    above = np.where(tree.is_a(above, ("parenthesized_declarator",)), tree.above(above), above)
    return tree.child(np.where(tree.is_a(above, ("function_declarator",)), above, -1), "parameters")


def _prototypes(tree: Tree, found: _Found, kind: NDArray[np.uint8]) -> None:
    """Tell prototypes from variables, and structs by the name of their typedef."""
    kind[(found.parameters >= 0) & among(("variable", "field"))[kind]] = NUMBERS["function"]
    above = tree.above(found.node)
    places = np.flatnonzero((kind == NUMBERS["type"]) & tree.is_a(above, ("type_definition",)))
    made = tree.child(above[places], "type")
    body = tree.child(made, "body")
    own = (body >= 0) & (tree.child(made, "name") < 0)
    for i, node, inner in zip(places[own].tolist(), made[own].tolist(), body[own].tolist(), strict=True):
        sort = tree.kind_of(node).removesuffix("_specifier")
        if sort in TYPES:
            kind[i] = NUMBERS[sort]
            found.body[i] = inner


def _fixed(tree: Tree, found: _Found, kind: NDArray[np.uint8]) -> None:
    """Tell constants by the words in front: ``const`` of JavaScript, ``static final`` of Java."""
    above = tree.above(found.node)
    if tree.knows("lexical_declaration"):
        word = tree.child(above, "kind")
        constant = tree.among(("const",), named=False)[tree.kind[word]] & (word >= 0)
        kind[constant & (kind == NUMBERS["variable"])] = NUMBERS["constant"]
    if not tree.knows("variable_declarator"):
        return
    fields = np.flatnonzero(tree.is_a(above, ("field_declaration",)) & tree.is_a(found.node, ("variable_declarator",)))
    words = tree.texts(tree.first_part(above[fields]))
    both = np.array([_fixes(text) for text in words], np.bool_)
    kind[fields[~both]] = NUMBERS["field"]


@lru_cache(maxsize=4096)
def _fixes(words: str) -> bool:
    return {"static", "final"} <= set(words.split())


def _outer(tree: Tree, form: Form, nodes: Ints) -> Ints:
    """Climb into wrappers, as long as a definition is alone in them."""
    outer, wrapper = nodes.copy(), tree.among(form.wrappers)
    climbing = np.arange(len(nodes))
    while len(climbing):
        above = tree.above(outer[climbing])
        fits = (above >= 0) & wrapper[tree.kind[above]]
        climbing, above = climbing[fits], above[fits]
        _, _, which = numbered(above)
        alone = np.bincount(which)[which] == 1
        climbing = climbing[alone]
        outer[climbing] = above[alone]
    return outer


def _named(tree: Tree, form: Form, found: Definitions) -> Definitions:
    """Give owners, and make methods of functions in types."""
    given: list[str] = []
    if form.split:
        both = [form.split(name) for name in found.names]
        given, found.names[:] = [owner for owner, _ in both], [name for _, name in both]
    if form.receiver:
        given = [_receiver(text) for text in tree.texts(tree.child(found.node, form.receiver))]
    _own(found, given)
    kind = found.kind
    own = np.array(list(map(bool, given)), np.bool_) if given else np.zeros(len(found), np.bool_)
    kind[(kind == NUMBERS["function"]) & (own | found.inside(TYPES))] = NUMBERS["method"]
    if form.declarators or form.constructors:
        for i in np.flatnonzero(kind == NUMBERS["method"]).tolist():
            same = bool(form.declarators) and found.owners[i].rpartition(".")[2] == found.names[i]
            if same or found.names[i] in form.constructors:
                kind[i] = NUMBERS["constructor"]
    for i in np.flatnonzero(kind == NUMBERS["variable"]).tolist():
        if found.names[i].isupper():
            kind[i] = NUMBERS["constant"]
    return found


def _own(found: Definitions, given: list[str]) -> None:
    """Give each definition what it is in: the path of its parent, and what its own name says."""
    parents = found.parent.tolist()
    paths: dict[int, str] = {-1: ""}
    for i in sorted(set(parents) - {-1}):  # outer ones come first
        owner = paths.get(parents[i])
        if given and given[i]:
            owner = f"{owner}.{given[i]}" if owner else given[i]
        paths[i] = f"{owner}.{found.names[i]}" if owner else found.names[i]
    found.owners[:] = [paths[parent] for parent in parents]
    for i, own in enumerate(given):
        if own:
            found.owners[i] = f"{found.owners[i]}.{own}" if found.owners[i] else own


def _receiver(text: str) -> str:
    """Give the type of ``(s *Stack[T])``."""
    return text.strip("() \n").partition("[")[0].rsplit(" ", 1)[-1].lstrip("*")
