"""Members: fields and methods of types, and what their bodies do."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.definitions import Definitions
from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.fields import fields
from codestrata.analyze.syntax.outline.members.given import given
from codestrata.analyze.syntax.outline.members.kin import kin
from codestrata.analyze.syntax.outline.members.rows import Member, of_fields, of_methods
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.store.columns import Varlen


def members(tree: Tree, found: Definitions, seen: Look) -> Rows:
    """Give the table members."""
    known = kin(tree, found)
    declared = fields(tree, found, known)
    actions = Actions(tree, found, known, declared)
    rows: list[Member] = of_methods(tree, found, actions, seen) + of_fields(tree, known, declared)
    rows += given(tree, actions, rows)
    nodes = np.array([row.node for row in rows], np.int64)
    order = np.argsort(nodes, kind="stable")
    rows, nodes = [rows[i] for i in order.tolist()], nodes[order]
    files = tree.nodes.files(nodes)
    start = np.array([row.start for row in rows], np.int64)
    return Rows(
        files,
        {
            "type": Varlen.of([row.type for row in rows]),
            "trait": Varlen.of([row.trait for row in rows]),
            "name": Varlen.of([row.name for row in rows]),
            "kind": Varlen.of([row.kind for row in rows]),
            "of": Varlen.of([row.of for row in rows]),
            "takes": Varlen.of([row.takes for row in rows]),
            "modifiers": Varlen.of([row.modifiers for row in rows]),
            "traits": Varlen.of([row.traits for row in rows]),
            **tree.range_columns(files, start, np.array([row.stop for row in rows], np.int64)),
        },
    )
