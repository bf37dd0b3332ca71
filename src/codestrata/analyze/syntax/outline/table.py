"""The table of definitions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.documents import documents
from codestrata.analyze.syntax.outline.forms import FORMS, Form
from codestrata.analyze.syntax.outline.hashes import Hashes
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.analyze.syntax.outline.visible import public


class Look(NamedTuple):
    """How definitions look from outside: where each begins, where its documentation is, and is it public."""

    begin: Ints
    first: Ints
    stop: Ints
    public: Bools


def look(tree: Tree, found: Definitions) -> Look:
    """Look at definitions."""
    return Look(*documents(tree, FORMS[tree.nodes.loaded.grammar.name], found), public(tree, found))


def table(tree: Tree, found: Definitions, seen: Look, hashed: Hashes) -> Rows:
    """Give the table definitions."""
    form = FORMS[tree.nodes.loaded.grammar.name]
    begin, first, stop, opened = seen
    files = tree.nodes.files(found.node)
    base = tree.nodes.offsets[files]
    whole = hashed.of(wholes(tree, found))
    return Rows(
        files,
        {
            "kind": found.kinds(),
            "name": found.named,
            "owner": found.owned,
            **tree.range_columns(files, begin, tree.end[found.outer]),
            "body": np.where(found.body >= 0, tree.start[found.body] - base, -1),
            "doc_start": np.where(first >= 0, first - base, -1),
            "doc_end": np.where(stop >= 0, stop - base, -1),
            "public": opened,
            "parameters": _counted(tree, form, found.parameters).astype(np.int32),
            "nodes": whole.named,
            "syntax_hash": whole.syntax,
            "shape_hash": whole.shape,
        },
    )


def wholes(tree: Tree, found: Definitions) -> Ints:
    """Give the nodes whose hashes definitions have: of a name out of several its part alone."""
    return np.where(tree.after[found.node] - found.node == 1, found.outer, found.node)


def _counted(tree: Tree, form: Form, lists: Ints) -> Ints:
    """Count the parameters of lists as written; a name without brackets is one, ``(void)`` is none."""
    count = np.where(lists >= 0, tree.parts(lists), -1)
    count[tree.is_a(lists, ("identifier",))] = 1
    if form.not_parameters:
        count -= tree.count(lists, tree.of(*form.not_parameters))
    one = np.flatnonzero((count == 1) & (tree.end[lists] - tree.start[lists] == len("(void)")))
    count[one[tree.starts_with(lists[one], b"(void)")]] = 0
    if not form.shared:
        return count
    names = tree.known_as("name")
    names = names[tree.is_a(tree.parent[names], ("parameter_declaration",))]
    more = names[tree.previous(names) >= 0]
    return count + tree.count(lists, tree.parent[more])
