"""The first child that a node knows by a field: the kernel and its twin agree with a search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import library
from codestrata.kernels.nodes.family import _first_known, all_of, first_counted, first_known, parts, previous


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.data())
def test_the_first_child_known_by_a_field(parents, data):
    """The kernel and its twin give what a search through all nodes gives; of no node there is no child."""
    parent, after = _tree(parents)
    field = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(parent), max_size=len(parent))), np.uint16)
    nodes = np.arange(-1, len(parent))
    wanted = [next((j for j in range(len(parent)) if parent[j] == i and field[j] == 1), -1) for i in nodes[1:].tolist()]
    assert first_known(field, after, nodes, 1).tolist() == [-1, *wanted]
    assert [_first_known(field, after, node, 1) for node in nodes.tolist()] == [-1, *wanted]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.data())
def test_the_first_child_that_counts(parents, data):
    """The kernel and its twin give what a search through all nodes gives; of no node there is no child."""
    parent, after = _tree(parents)
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=len(parent), max_size=len(parent))))
    nodes = np.arange(-1, len(parent))
    wanted = [next((j for j in range(len(parent)) if parent[j] == i and counted[j]), -1) for i in nodes[1:].tolist()]
    for kind in ("native", "numpy"):
        library.choose(kind)
        assert first_counted(counted, after, nodes).tolist() == [-1, *wanted]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.data())
def test_siblings_and_parts(parents, data):
    """The sibling before a node and its children that count, as a search through all nodes finds them.

    Roots and no node have no siblings; no node has no parts. A place one behind all nodes has no sibling.
    """
    parent, after = _tree(parents)
    count = len(parent)
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    nodes = np.array([*data.draw(st.lists(st.integers(-1, count - 1), max_size=40)), -1, count - 1], np.int64)
    below = {i: [j for j in range(count) if parent[j] == i] for i in range(count)}
    before = {j: one[k - 1] if k else -1 for one in below.values() for k, j in enumerate(one)}
    wanted = (
        [before.get(node, -1) for node in nodes.tolist()],
        [sum(int(counted[j]) for j in below.get(node, ())) for node in nodes.tolist()],
    )
    for kind in ("native", "numpy"):
        library.choose(kind)
        assert previous(parent, np.append(nodes, count)).tolist() == [*wanted[0], -1]
        assert parts(counted, after, nodes).tolist() == wanted[1]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.data())
def test_nodes_that_are_of_some_kinds_with_all_below_them(parents, data):
    """The kernel and its twin give what looking at each node below gives; nodes without a name may be of any kind."""
    parent, after = _tree(parents)
    count = len(parent)
    kind = np.array(data.draw(st.lists(st.sampled_from([0, 7, 65535]), min_size=count, max_size=count)), np.uint16)
    flags = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)), np.uint8)
    table = np.zeros(1 << 16, np.bool_)
    table[7] = True
    below = [range(i, after[i]) for i in range(count)]
    wanted = [all(kind[j] == 7 or not flags[j] & 1 for j in some) for some in below]
    for choice in ("native", "numpy"):
        library.choose(choice)
        assert all_of(kind, flags, after, table, np.arange(-1, count)).tolist() == [False, *wanted]


def _tree(parents: list[int]) -> tuple[Any, Any]:
    """Make parents, and ends of subtrees, of nodes in pre-order."""
    parent = np.array([-1, *(max(0, i - p) for i, p in enumerate(parents))], np.int64)
    order = sorted(range(len(parent)), key=lambda i: _path(parent, i))  # into pre-order
    place = {old: new for new, old in enumerate(order)}
    parent = np.array([place[int(parent[old])] if parent[old] >= 0 else -1 for old in order], np.int64)
    return parent, np.array(
        [max(j for j in range(len(parent)) if i in _path(parent, j)) + 1 for i in range(len(parent))]
    )


def _path(parent, node: int) -> tuple[int, ...]:
    path: list[int] = []
    while node >= 0:
        path.append(node)
        node = int(parent[node])
    return tuple(reversed(path))


def test_a_wide_node_is_searched_once_however_often_it_is_asked_about():
    """A root with many children is asked about once for each of them; that takes a step per child, not per pair."""
    n = 200_001
    field, after = np.zeros(n, np.uint16), np.arange(1, n + 1)
    after[0] = n
    field[n - 1] = 1
    began = time.process_time()
    found = first_known(field, after, np.zeros(n, np.int64), 1)
    assert set(found.tolist()) == {n - 1}
    assert set(first_known(field, after, np.zeros(n, np.int64), 2).tolist()) == {-1}
    assert time.process_time() - began < 5
