"""Imports of Go. Source: The Go Programming Language Specification, "Import declarations"."""

from __future__ import annotations

from codestrata.analyze.syntax.outline.imports.row import Import
from codestrata.analyze.syntax.outline.tree import Tree


def imports(tree: Tree) -> list[Import]:
    """Find import specifications."""
    nodes = tree.of("import_spec")
    paths, names = tree.texts(tree.child(nodes, "path")), tree.texts(tree.child(nodes, "name"))
    rows = []
    for node, quoted, name in zip(nodes.tolist(), paths, names, strict=True):
        path = quoted.strip('"`')
        all_ = name == "."
        relative = int(path.startswith(("./", "../")))
        rows.append(Import(node, path, "*" if all_ else "", "" if all_ else name, relative))
    return rows
