"""Outline: what a file defines, imports and calls, its types, members and shapes, read off its tree."""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.outline.calls import calls
from codestrata.analyze.syntax.outline.definitions import definitions
from codestrata.analyze.syntax.outline.hashes import hashes
from codestrata.analyze.syntax.outline.imports import imports
from codestrata.analyze.syntax.outline.members import members
from codestrata.analyze.syntax.outline.shapes import shapes
from codestrata.analyze.syntax.outline.table import look, table, wholes
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.analyze.syntax.outline.trees import trees
from codestrata.analyze.syntax.outline.types import types


def outline(nodes: Nodes) -> Mapping[str, Rows]:
    """Give the tables trees, definitions, imports, calls, types, members and shapes."""
    if not len(nodes):
        return {}
    tree = Tree(nodes)
    found = definitions(tree)
    hashed, seen = hashes(tree, wholes(tree, found)), look(tree, found)
    return {
        "trees": trees(tree, hashed),
        "definitions": table(tree, found, seen, hashed),
        "imports": imports(tree),
        "calls": calls(tree, found),
        "types": types(tree, found, seen),
        "members": members(tree, found, seen),
        "shapes": shapes(tree, hashed.wholes),
    }
