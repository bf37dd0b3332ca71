"""Imports: what a file takes from elsewhere, and when."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.imports import c, go, java, python, rust, script
from codestrata.analyze.syntax.outline.imports.row import Import
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.store.columns import Varlen

_OF: dict[str, Callable[[Tree], list[Import]]] = {
    "python": python.imports,
    "rust": rust.imports,
    "go": go.imports,
    "java": java.imports,
    "javascript": script.imports,
    "typescript": script.imports,
    "tsx": script.imports,
    "c": c.imports,
    "cpp": c.imports,
}


def imports(tree: Tree) -> Rows:
    """Give the table imports."""
    found = _OF[tree.nodes.loaded.grammar.name](tree)
    node, target, names, alias, relative, use = zip(*found, strict=True) if found else ((),) * 6
    nodes = np.array(node, np.int64)
    files = tree.nodes.files(nodes)
    return Rows(
        files,
        {
            "target": Varlen.of(target),
            "names": Varlen.of(names),
            "alias": Varlen.of(alias),
            "relative": np.array(relative, np.int32),
            "use": Varlen.of(use),
            **tree.range_columns(files, tree.start[nodes], tree.end[nodes]),
        },
    )
