"""Imports: what a file takes from elsewhere, and when."""

from __future__ import annotations

from collections.abc import Callable

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.imports import c, go, java, python, rust, script
from codestrata.analyze.syntax.outline.imports.row import Found, Import, laid
from codestrata.analyze.syntax.outline.tree import Tree

_OF: dict[str, Callable[[Tree], list[Import] | Found]] = {
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
    nodes, columns = laid(found) if isinstance(found, list) else found
    files = tree.nodes.files(nodes)
    return Rows(files, {**columns, **tree.range_columns(files, tree.start[nodes], tree.end[nodes])})
