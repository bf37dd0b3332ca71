"""The table of trees: what each file is as a whole."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.hashes import Hashes
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.analyze.syntax.tables import told
from codestrata.store.columns import Columns


def trees(tree: Tree, hashed: Hashes) -> Rows:
    """Give the table trees."""
    first = tree.nodes.first
    files = np.flatnonzero(first[1:] > first[:-1])
    root = first[files]
    _, wrong = told(tree.nodes)
    whole = hashed.of(root)
    columns: Columns = {"syntax_hash": whole.syntax, "nodes": whole.named, "error_bytes": wrong[files]}
    return Rows(files, columns)
