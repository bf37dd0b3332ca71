"""Imports of Java. Source: The Java Language Specification, 7.5."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import RUNTIME, Found
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.store.columns import Columns, Varlen


def imports(tree: Tree) -> Found:
    """Find import declarations; a static one takes a name out of a type."""
    nodes = tree.of("import_declaration")
    every = tree.having(nodes, tree.of("asterisk"))
    static = ~every & tree.having(nodes, tree.words("static"))
    codes, texts = tree.number(tree.first_part(nodes))
    targets = ["".join(text.split()) for text in texts]
    parts = [target.rpartition(".") for target in targets]
    # names as they stand, owners, what is taken of these, all of them, and nothing
    told = Varlen.of([*targets, *(part[0] for part in parts), *(part[2] for part in parts), "*", ""])
    many = len(targets)
    kept = every | static | np.array(list(map(bool, targets)), np.bool_)[codes]
    nodes, every, static, codes = nodes[kept], every[kept], static[kept], codes[kept]
    nothing = np.full(len(nodes), 3 * many + 1, np.int64)
    columns: Columns = {
        "target": told.take(codes + static * many),
        "names": told.take(np.where(every, 3 * many, np.where(static, codes + 2 * many, nothing))),
        "alias": told.take(nothing),
        "relative": np.zeros(len(nodes), np.int32),
        "use": Varlen.of([RUNTIME]).take(np.zeros(len(nodes), np.int64)),
    }
    return Found(nodes, columns)
