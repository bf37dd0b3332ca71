"""Imports of Java. Source: The Java Language Specification, 7.5."""

from __future__ import annotations

from codestrata.analyze.syntax.outline.imports.row import Import
from codestrata.analyze.syntax.outline.tree import Tree


def imports(tree: Tree) -> list[Import]:
    """Find import declarations; a static one takes a name out of a type."""
    rows = []
    for node in tree.of("import_declaration").tolist():
        parts = tree.parts_of(node)
        target = "".join(tree.text(parts[0]).split()) if parts else ""
        if any(tree.kind_of(part) == "asterisk" for part in parts):
            rows.append(Import(node, target, "*"))
        elif tree.text(node).removeprefix("import").lstrip().startswith("static"):
            owner, _, name = target.rpartition(".")
            rows.append(Import(node, owner, name))
        elif target:
            rows.append(Import(node, target))
    return rows
