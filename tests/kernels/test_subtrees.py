"""Hashes of subtrees: the kernel and its twin agree, and each of them means what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import holders as holders_module
from codestrata.kernels import subtrees as module
from codestrata.kernels.holders import holders
from codestrata.kernels.subtrees import CONTENT, LEFT_OUT, subtrees

NAMES = np.random.default_rng(1).integers(0, 1 << 63, 65536).astype(np.uint64)
ROLES = np.zeros(65536, np.uint8)
ROLES[6], ROLES[7] = LEFT_OUT, CONTENT
TREES = st.recursive(
    st.tuples(st.integers(0, 9), st.booleans(), st.binary(max_size=12)),
    lambda inner: st.tuples(st.integers(0, 9), st.booleans(), st.lists(inner, max_size=5)),
    max_leaves=30,
)


def flat(trees):
    """Lay trees (kind, named, text or children) out in pre-order."""
    rows: list[list[int]] = []
    arena = bytearray()

    def add(tree, parent):
        kind, named, rest = tree
        here = len(rows)
        rows.append([kind, len(arena), 0, parent, 0, int(named)])
        if isinstance(rest, bytes):
            arena.extend(rest)
        for child in () if isinstance(rest, bytes) else rest:
            add(child, here)
        rows[here][2], rows[here][4] = len(arena), len(rows)

    for tree in trees:
        add(tree, -1)
    columns = np.array(rows, np.int64).reshape(-1, 6)
    kinds = (np.uint16, np.int64, np.int64, np.int64, np.int64, np.uint8)
    names = ("kind", "start", "end", "parent", "after", "flags")
    told = {name: columns[:, i].astype(kind) for i, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    return {"arena": np.frombuffer(bytes(arena), np.uint8), **told, "names": NAMES, "roles": ROLES}


@given(st.lists(TREES, max_size=4))
def test_the_twin_hashes_the_same(twin, trees):
    """Whatever the tree."""
    laid = flat(trees)
    with twin(module):
        expected = subtrees(**laid)
    for one, other in zip(subtrees(**laid), expected, strict=True):
        assert one.tolist() == other.tolist()


LEAF, OTHER = (1, True, b"a"), (1, True, b"b")


@pytest.mark.parametrize(
    ("one", "other", "shape", "syntax"),
    [
        ((0, True, [LEAF, OTHER]), (0, True, [OTHER, LEAF]), True, False),
        ((0, True, [LEAF]), (0, True, [OTHER]), True, False),
        ((0, True, [LEAF]), (0, True, [LEAF, LEAF]), False, False),
        ((0, True, [LEAF]), (2, True, [LEAF]), False, False),
        ((0, True, [LEAF, (6, True, b"comment")]), (0, True, [LEAF]), True, True),
        ((0, True, [(7, True, b"content"), LEAF]), (0, True, [LEAF]), True, False),
        ((0, True, [(3, False, b"+")]), (0, True, [(4, False, b"-")]), False, False),
        ((0, True, [(0, True, [LEAF]), LEAF]), (0, True, [(0, True, [LEAF, LEAF])]), False, False),
    ],
)
def test_what_changes_a_hash(one, other, shape, syntax):
    """Kinds and their order make the shape, texts of leaves the syntax; what is left out changes nothing."""
    a, b = (subtrees(**flat([tree])) for tree in (one, other))
    assert (a[0][0] == b[0][0], a[1][0] == b[1][0]) == (shape, syntax)


def test_named_nodes_are_counted():
    """Itself included; words, and what is left out, are not."""
    _, _, named = subtrees(**flat([(0, True, [LEAF, (3, False, b"+"), (6, True, b"x"), (0, True, [OTHER])])]))
    assert named.tolist()[0] == 4


@given(st.lists(TREES, max_size=4), st.randoms(use_true_random=False))
def test_the_twin_sees_the_same_holders(twin, trees, random):
    """Whichever nodes are scopes: the innermost around every node, itself included."""
    laid = flat(trees)
    nodes = np.arange(len(laid["kind"]))
    scopes = nodes[np.array([random.random() < 0.4 for _ in nodes], np.bool_)]
    with twin(holders_module):
        expected = holders(scopes, laid["after"][scopes], nodes)
    found = holders(scopes, laid["after"][scopes], nodes)
    assert found.tolist() == expected.tolist()
    for node, place in zip(nodes.tolist(), found.tolist(), strict=True):
        above = node
        while above >= 0 and above not in scopes:
            above = int(laid["parent"][above])
        assert (int(scopes[place]) if place >= 0 else -1) == above
