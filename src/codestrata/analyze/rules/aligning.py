"""Snippets aligned with many nodes at once; what :mod:`alignment` says of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules import alignment
from codestrata.analyze.rules.batch import Mask, Set
from codestrata.analyze.rules.matchers import Piece
from codestrata.analyze.rules.tree import Tree
from codestrata.analyze.syntax.nodes import Nodes


def aligned(piece: Piece, nodes: Nodes, some: Set) -> tuple[Mask, NDArray[np.int64]]:
    tree = Tree(nodes)
    return np.array([alignment.aligned(piece, tree, n, {}) is not None for n in some.tolist()], bool), np.zeros(0)
