"""Includes of C and C++. Source: ISO/IEC 9899, 6.10.2; the guards of headers are no conditions."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import LAZY, RUNTIME, Import
from codestrata.analyze.syntax.outline.tree import Ints, Tree

_CONDITIONS = ("preproc_if", "preproc_ifdef", "function_definition")


def imports(tree: Tree) -> list[Import]:
    """Find includes."""
    nodes = tree.of("preproc_include")
    late = tree.below(_conditions(tree), nodes)
    rows = []
    texts = tree.texts(tree.child(nodes, "path"))
    for node, text, lazy in zip(nodes.tolist(), texts, late.tolist(), strict=True):
        target = text[1:-1] if text[:1] in {'"', "<"} else text
        rows.append(Import(node, target, "", "", int(text[:1] == '"'), LAZY if lazy else RUNTIME))
    return rows


def _conditions(tree: Tree) -> Ints:
    nodes = tree.of(*_CONDITIONS)
    name = tree.child(nodes, "name")
    guards = np.flatnonzero(tree.is_a(nodes, ("preproc_ifdef",)))
    defined = tree.after[name]  # what comes behind the name that is asked for
    defined[name < 0] = -1
    same = tree.is_a(defined, ("preproc_def",))
    again = tree.child(np.where(same, defined, -1), "name")
    guard = np.zeros(len(nodes), np.bool_)
    for i in guards.tolist():
        guard[i] = again[i] >= 0 and tree.text(int(name[i])) == tree.text(int(again[i]))
    return nodes[~guard]
