"""Children and ancestors of some kinds: the kernels and their twins give what a look at all nodes gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.nodes import kin as module
from codestrata.kernels.nodes.kin import ancestors, children


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40), st.data())
def test_kin_of_some_kinds(twin, levels: list[int], data: st.DataObject) -> None:
    """Of any nodes, nested or not, any kinds or none."""
    parent, after = _tree(levels)
    n = len(parent)
    kind = np.array(data.draw(st.lists(st.sampled_from([1, 2, 65535]), min_size=n, max_size=n)), np.uint16)
    nodes = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=n, unique=True).map(sorted)), np.int64)
    kinds = np.array(data.draw(st.lists(st.sampled_from([1, 2, 65535]), max_size=2, unique=True)), np.uint16)
    inner = [i for i in range(n) if parent[i] in nodes and kind[i] in kinds]
    outer = [i for i in range(n) if kind[i] in kinds and any(i < node < after[i] for node in nodes)]
    assert children(kind, after, nodes, kinds).tolist() == inner
    assert ancestors(kind, parent, nodes, kinds).tolist() == outer
    with twin(module):
        assert children(kind, after, nodes, kinds).tolist() == inner
        assert ancestors(kind, parent, nodes, kinds).tolist() == outer


def _tree(levels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Make parents, and ends of subtrees, of nodes in pre-order from how deep each may be."""
    path: list[int] = []
    parent = np.full(len(levels), -1, np.int64)
    after = np.full(len(levels), len(levels), np.int64)
    for node, level in enumerate(levels):
        for ended in path[level - 1 :]:
            after[ended] = node
        del path[level - 1 :]
        parent[node] = path[-1] if path else -1
        path.append(node)
    return parent, after


def test_more_than_there_is_room_for() -> None:
    """A node with many children, and one that is deep down."""
    n = 5000
    kind, kinds = np.ones(n, np.uint16), np.ones(1, np.uint16)
    wide = np.arange(1, n + 1)
    wide[0] = n
    assert len(children(kind, wide, np.zeros(1, np.int64), kinds)) == n - 1
    assert len(ancestors(kind, np.arange(n) - 1, np.array([n - 1]), kinds)) == n - 1
