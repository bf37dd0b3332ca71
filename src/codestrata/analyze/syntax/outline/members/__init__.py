"""Members: fields and methods of types, and what their bodies do."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.fields import fields
from codestrata.analyze.syntax.outline.members.given import given
from codestrata.analyze.syntax.outline.members.kin import kin
from codestrata.analyze.syntax.outline.members.rows import COLUMNS, of_fields, of_methods
from codestrata.analyze.syntax.outline.members.texts import laid, nothing_of
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import Tree


def members(tree: Tree, found: Definitions, seen: Look) -> Rows:
    """Give the table members."""
    known = kin(tree, found)
    if not len(known.named):
        return nothing_of(tree, COLUMNS)
    declared = fields(tree, found, known)
    parts = [of_fields(tree, known, declared)]
    if len(known.methods):
        actions = Actions(tree, found, known, declared)
        parts = [of_methods(tree, found, actions, seen), *parts, *given(tree, actions)]
    nodes = np.concatenate([part.node for part in parts])
    order = np.argsort(nodes, kind="stable")
    files = tree.nodes.files(nodes[order])
    start, stop = (np.concatenate(column)[order] for column in zip(*((p.start, p.stop) for p in parts), strict=True))
    columns = laid([part.columns for part in parts], order)
    return Rows(files, {**columns, **tree.range_columns(files, start, stop)})
