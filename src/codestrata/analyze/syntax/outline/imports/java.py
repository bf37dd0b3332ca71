"""Imports of Java. Source: The Java Language Specification, 7.5."""

from __future__ import annotations

from codestrata.analyze.syntax.outline.imports.row import Import
from codestrata.analyze.syntax.outline.tree import Tree


def imports(tree: Tree) -> list[Import]:
    """Find import declarations; a static one takes a name out of a type."""
    nodes = tree.of("import_declaration")
    every = tree.having(nodes, tree.of("asterisk"))
    static = tree.having(nodes, tree.words("static"))
    rows = []
    columns = zip(nodes.tolist(), tree.texts(tree.first_part(nodes)), every.tolist(), static.tolist(), strict=True)
    for node, text, all_, named in columns:
        target = "".join(text.split())
        if all_:
            rows.append(Import(node, target, "*"))
        elif named:
            owner, _, name = target.rpartition(".")
            rows.append(Import(node, owner, name))
        elif target:
            rows.append(Import(node, target))
    return rows
