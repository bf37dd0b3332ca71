"""Hashes of subtrees: the kernel and its twin agree, and each of them means what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.nodes import holders as holders_module
from codestrata.kernels.nodes import subtrees as module
from codestrata.kernels.nodes.holders import holders
from codestrata.kernels.nodes.laid import Laid
from codestrata.kernels.nodes.subtrees import CONTENT, LEFT_OUT, WHOLE, Subtrees, Wholes, subtrees

NAMES = np.random.default_rng(1).integers(0, 1 << 63, 65536).astype(np.uint64)
ROLES = np.zeros(65536, np.uint8)
ROLES[6], ROLES[7], ROLES[8], ROLES[9] = LEFT_OUT, CONTENT, WHOLE, WHOLE | LEFT_OUT
TREES = st.recursive(
    st.tuples(st.integers(0, 9), st.booleans(), st.binary(max_size=40)),
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
    return laid_out(np.frombuffer(bytes(arena), np.uint8), **told)


def laid_out(arena, **columns):
    """Lay columns out for kernels; nobody asks for fields here, nor for parts."""
    n = len(columns["kind"])
    return Laid(arena=arena, **columns, field=np.zeros(n, np.uint16), counted=np.zeros(n, np.bool_))


def hashed(laid: Laid, asked=None, sizes=(2, 9)) -> tuple[Subtrees, Wholes]:
    """Ask for some nodes, or all."""
    nodes = np.arange(laid.count) if asked is None else np.array(asked, np.int64)
    return subtrees(laid, NAMES, ROLES, nodes, sizes, int(((ROLES[laid.columns["kind"]] & WHOLE) > 0).sum()))


@given(st.lists(TREES, max_size=4), st.randoms(use_true_random=False))
def test_the_twin_hashes_the_same(twin, trees, random):
    """Whatever the tree and whichever nodes are asked about; the same as when all are."""
    laid = flat(trees)
    asked = [i for i in range(laid.count) if random.random() < 0.5]
    every = hashed(laid)[0]
    for told in (asked, None):
        ours = hashed(laid, told)
        with twin(module):
            expected = hashed(laid, told)
        for one, other in zip((*ours[0], *ours[1]), (*expected[0], *expected[1]), strict=True):
            assert one.tolist() == other.tolist()
        for column, one in zip(every, ours[0], strict=True):
            assert column[ours[0].node].tolist() == one.tolist()


def test_wholes_are_told_of():
    """Those that have few to most named nodes, in the order of the nodes."""
    whole = (8, True, [(0, True, b"a"), (8, True, b"b")])
    laid = flat([(8, True, [whole, whole]), whole, (9, True, [whole])])
    found = hashed(laid, [], (2, 6))[1]
    assert found.node.tolist() == [1, 4, 7, 11]
    assert found.named.tolist() == [3, 3, 3, 3]
    assert len(set(found.shape.tolist())) == 1


def test_a_tree_as_deep_as_can_be():
    """However many nodes are open at once."""
    n = 5000
    parent = np.arange(-1, n - 1)
    none = np.zeros(n, np.int64)
    told = {"start": none, "end": none, "parent": parent, "after": none + n, "flags": np.ones(n, np.uint8)}
    laid = laid_out(np.zeros(0, np.uint8), kind=np.zeros(n, np.uint16), **told)
    assert hashed(laid)[0].named.tolist() == list(range(n, 0, -1))


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
    (a, _), (b, _) = (hashed(flat([tree])) for tree in (one, other))
    assert (a.shape[0] == b.shape[0], a.syntax[0] == b.syntax[0]) == (shape, syntax)


def test_named_nodes_are_counted():
    """Itself included; words, and what is left out, are not."""
    laid = flat([(0, True, [LEAF, (3, False, b"+"), (6, True, b"x"), (0, True, [OTHER])])])
    assert hashed(laid)[0].named[0] == 4


@given(st.lists(TREES, max_size=4), st.randoms(use_true_random=False))
def test_the_twin_sees_the_same_holders(twin, trees, random):
    """Whichever nodes are scopes: the innermost around every node, itself included."""
    laid = flat(trees)
    nodes = np.arange(laid.count)
    scopes = nodes[np.array([random.random() < 0.4 for _ in nodes], np.bool_)]
    with twin(holders_module):
        expected = holders(scopes, laid.columns["after"][scopes], nodes)
    found = holders(scopes, laid.columns["after"][scopes], nodes)
    assert found.tolist() == expected.tolist()
    for node, place in zip(nodes.tolist(), found.tolist(), strict=True):
        above = node
        while above >= 0 and above not in scopes:
            above = int(laid.columns["parent"][above])
        assert (int(scopes[place]) if place >= 0 else -1) == above
