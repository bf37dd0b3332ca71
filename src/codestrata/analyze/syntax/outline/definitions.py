"""Definitions: what a file defines, by the form of its grammar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.forms import FORMS, Def, Form
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree

#: Kinds whose functions are methods.
TYPES = frozenset({"class", "struct", "enum", "union", "trait", "interface", "impl"})
#: Kinds of functions without a name, in all grammars.
_UNNAMED = (
    *("arrow_function", "function_expression", "generator_function", "lambda", "func_literal"),
    *("closure_expression", "lambda_expression", "static_initializer"),
)
FUNCTIONS = frozenset({"function", "method", "constructor"})


@dataclass(frozen=True, slots=True)
class Definitions:
    """m definitions, in the order of their nodes.

    ``node``; ``outer``: the node with what wraps it; ``name``, ``body``, ``parameters``: nodes, or -1; ``kind``,
    ``names``, ``owners``: texts; ``parent``: place of the definition around it, or -1; ``scope``: has others inside.
    """

    node: Ints
    outer: Ints
    name: Ints
    body: Ints
    parameters: Ints
    kind: list[str]
    names: list[str]
    owners: list[str]
    parent: Ints
    scope: Bools

    def __len__(self) -> int:
        """Count them."""
        return len(self.node)

    def path(self, i: int) -> str:
        """Give owner and name of one."""
        return f"{self.owners[i]}.{self.names[i]}" if self.owners[i] else self.names[i]


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
    kind = [form.definitions[row].kind for row in found.row.tolist()]
    if form.declarators:
        _prototypes(tree, found, kind)
    _fixed(tree, found, kind)
    binding = np.array([form.definitions[row].binding for row in found.row.tolist()], np.bool_)
    scopes = np.flatnonzero(~binding)
    # what is around a definition: a scope that is not itself
    around = tree.holders(found.node[scopes], tree.above(found.node))
    parent = np.where(around >= 0, scopes[around] if len(scopes) else -1, -1)
    inner = np.array([kind[p] in FUNCTIONS if p >= 0 else False for p in parent.tolist()], np.bool_)
    # functions without a name have insides, too
    inner |= tree.below(tree.of(*_UNNAMED), found.node)
    kept = np.flatnonzero(~(binding & inner) & np.array([k != "field" for k in kind], np.bool_))
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
            [kind[i] for i in kept.tolist()],
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


def _prototypes(tree: Tree, found: _Found, kind: list[str]) -> None:
    """Tell prototypes from variables, and structs by the name of their typedef."""
    for i in np.flatnonzero(found.parameters >= 0).tolist():
        if kind[i] in {"variable", "field"}:
            kind[i] = "function"
    typedefs = np.array([k == "type" for k in kind], np.bool_) & tree.is_a(tree.above(found.node), ("type_definition",))
    places = np.flatnonzero(typedefs)
    made = tree.child(tree.above(found.node[places]), "type")
    body = tree.child(made, "body")
    for i, node, inner, named in zip(
        places.tolist(), made.tolist(), body.tolist(), tree.child(made, "name").tolist(), strict=True
    ):
        sort = tree.kind_of(node).removesuffix("_specifier")
        if inner >= 0 and named < 0 and sort in TYPES:
            kind[i] = sort
            found.body[i] = inner


def _fixed(tree: Tree, found: _Found, kind: list[str]) -> None:
    """Tell constants by the words in front: ``const`` of JavaScript, ``static final`` of Java."""
    above = tree.above(found.node)
    word = tree.child(above, "kind")
    constant = tree.among(("const",), named=False)[tree.kind[word]] & (word >= 0)
    for i in np.flatnonzero(constant).tolist():
        kind[i] = "constant" if kind[i] == "variable" else kind[i]
    fields = np.flatnonzero(tree.is_a(above, ("field_declaration",)) & tree.is_a(found.node, ("variable_declarator",)))
    words = tree.texts(tree.first_part(above[fields]))
    for i, text in zip(fields.tolist(), words, strict=True):
        kind[i] = kind[i] if {"static", "final"} <= set(text.split()) else "field"


def _outer(tree: Tree, form: Form, nodes: Ints) -> Ints:
    """Climb into wrappers, as long as a definition is alone in them."""
    outer, wrapper = nodes.copy(), tree.among(form.wrappers)
    climbing = np.arange(len(nodes))
    while len(climbing):
        above = tree.above(outer[climbing])
        fits = (above >= 0) & wrapper[tree.kind[above]]
        climbing, above = climbing[fits], above[fits]
        _, which, count = np.unique(above, return_inverse=True, return_counts=True)
        alone = count[which] == 1
        climbing = climbing[alone]
        outer[climbing] = above[alone]
    return outer


def _named(tree: Tree, form: Form, found: Definitions) -> Definitions:
    """Give owners, and make methods of functions in types."""
    given = [""] * len(found)
    if form.split:
        both = [form.split(name) for name in found.names]
        given, found.names[:] = [owner for owner, _ in both], [name for _, name in both]
    if form.receiver:
        given = [_receiver(text) for text in tree.texts(tree.child(found.node, form.receiver))]
    parents = found.parent.tolist()
    for i, parent in enumerate(parents):
        above = found.path(parent) if parent >= 0 else ""
        found.owners.append(f"{above}.{given[i]}" if above and given[i] else above or given[i])
        if found.kind[i] == "function" and (given[i] or (parent >= 0 and found.kind[parent] in TYPES)):
            found.kind[i] = "method"
        if found.kind[i] == "method":
            owner = found.owners[i].rpartition(".")[2]
            same = bool(form.declarators) and owner == found.names[i]
            if same or found.names[i] in form.constructors:
                found.kind[i] = "constructor"
        elif found.kind[i] == "variable" and found.names[i].isupper():
            found.kind[i] = "constant"
    return found


def _receiver(text: str) -> str:
    """Give the type of ``(s *Stack[T])``."""
    return text.strip("() \n").partition("[")[0].rsplit(" ", 1)[-1].lstrip("*")
