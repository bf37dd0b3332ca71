"""How nodes are used, and which read alike: the kernels and their twins agree, on random trees and on real programs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.syntax.outline.members.used import used
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import sample
from codestrata.kernels.nodes import family
from codestrata.kernels.nodes import named as named_module
from codestrata.kernels.nodes import uses as module
from codestrata.kernels.nodes.laid import Laid
from codestrata.kernels.nodes.named import named
from codestrata.kernels.nodes.uses import ROLES, USES, Fields, below, mine, uses

GRAMMARS = ("c", "cpp", "go", "java", "javascript", "python", "rust", "tsx", "typescript")
CALLS = "self.x.run(); self.go(); self.x = self.y; self.a[1] = 2; self.b == null; !self.c; a[self.e] = 1"


def _trees(data: st.DataObject) -> Laid:
    """Draw a tree in pre-order, of few kinds and fields."""
    depths = [0]
    for step in data.draw(st.lists(st.integers(-3, 1), min_size=1, max_size=40)):
        depths.append(max(1, depths[-1] + step))
    n = len(depths)
    parent = np.array([max((j for j in range(i) if depths[j] < depths[i]), default=-1) for i in range(n)], np.int64)
    after = np.array([next((j for j in range(i + 1, n) if depths[j] <= depths[i]), n) for i in range(n)], np.int64)

    def column(kind: Any, *values: int) -> Any:
        return np.array(data.draw(st.lists(st.sampled_from(values), min_size=n, max_size=n)), kind)

    start = np.arange(n) % 7
    return Laid(
        arena=np.frombuffer(b"!a!bc!d!", np.uint8),
        kind=column(np.uint16, *range(8), 65535),
        field=column(np.uint16, *range(5)),
        start=start,
        end=start + column(np.int64, 0, 1),
        parent=parent,
        after=after,
        flags=column(np.uint8, *range(4)),
        counted=column(np.bool_, 0, 1),
    )


@given(st.data())
def test_uses_in_random_trees(twin, data):
    """Any kinds with any roles, with and without fields; the same from the twin."""
    laid = _trees(data)
    trees = SimpleNamespace(**laid.columns)
    roles = np.zeros(1 << 16, np.uint8)
    roles[:8] = data.draw(st.lists(st.integers(0, 255), min_size=8, max_size=8))
    fields = Fields(*data.draw(st.tuples(*[st.integers(0, 4)] * 4)))
    nodes = np.arange(len(trees.kind))
    null = np.sort(trees.parent[np.flatnonzero(trees.kind == 7)])
    ours = uses(laid, nodes, roles, fields, null)
    with twin(module, family):
        theirs = uses(laid, nodes, roles, fields, null)
    assert [column.tolist() for column in ours] == [column.tolist() for column in theirs]


@given(st.data(), st.sampled_from([b"", b"!", b"a"]))
def test_nodes_that_know_something(twin, data, text):
    """By a field, of some kinds, that reads so; the same from the twin."""
    laid, kinds = _trees(data), np.zeros(1 << 16, np.bool_)
    trees = SimpleNamespace(**laid.columns)
    kinds[:4] = True
    wanted = []
    for node in range(len(trees.kind)):
        inside = [i for i in range(len(trees.kind)) if trees.parent[i] == node and trees.field[i] == 2]
        read = trees.arena[trees.start[inside[0]] : trees.end[inside[0]]].tobytes() if inside else b""
        if inside and kinds[trees.kind[inside[0]]] and text in {b"", read}:
            wanted.append(node)
    for modules in ((), (module, family)):
        with twin(*modules):
            assert mine(laid, np.arange(len(trees.kind)), 2, kinds, text).tolist() == wanted


@given(st.data())
def test_nodes_that_know_something_by_name(twin, data):
    """By a field, of some kinds, that reads as another node does; the same from the twin."""
    laid, kinds = _trees(data), np.ones(1 << 16, np.bool_)
    trees, nodes = SimpleNamespace(**laid.columns), np.arange(len(laid.columns["kind"]))
    names = np.array(data.draw(st.lists(st.integers(-1, len(nodes) - 1), min_size=len(nodes), max_size=len(nodes))))
    text = [trees.arena[a:b].tobytes() for a, b in zip(trees.start.tolist(), trees.end.tolist(), strict=True)]
    first = [next((i for i in nodes if trees.parent[i] == node and trees.field[i] == 2), -1) for node in nodes]
    wanted = [k for k, i in enumerate(first) if i >= 0 and names[k] >= 0 and text[i] == text[names[k]]]
    for modules in ((), (module, family)):
        with twin(*modules):
            assert mine(laid, nodes, 2, kinds, names=names).tolist() == wanted


@given(st.data(), st.sampled_from([0, 2]))
def test_children(twin, data, number):
    """Those that count, or that are known by a field and have a name, node by node; the same from the twin."""
    laid = _trees(data)
    trees = SimpleNamespace(**laid.columns)
    every = range(len(trees.kind))
    fits = (trees.field == number) & ((trees.flags & 1) > 0) if number else trees.counted
    nodes = [-1, *every, *every][::-1]
    wanted = [
        (i, k) for k, node in enumerate(nodes) for i in every if node >= 0 and trees.parent[i] == node and fits[i]
    ]
    for modules in ((), (module,)):
        with twin(*modules):
            found, whose = below(laid, np.array(nodes), number)
        assert list(zip(found.tolist(), whose.tolist(), strict=True)) == wanted


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_uses_in_real_programs(twin, grammar):
    """All nodes of samples are asked about; each use that the grammar can say is there, and the twin says the same."""
    tree = Tree(parse(grammar, [sample(grammar), CALLS.encode()]))
    every = np.arange(len(tree.kind))
    ours = used(tree, every)
    with twin(module, family):
        theirs = used(tree, every)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert all((ours[0] & USES[use]).any() for use in ("called", "given"))
    assert ((ours[1] >= 0) <= ((ours[0] & USES["called"]) > 0)).all()


def test_what_is_told_of_a_program():
    """Each use once, where it is."""
    program = b"self.x.run()\nself.x()\nnot self.x\nself.x is None\nself.x = 1\nself.x, a = 1\nself.x[0] = 1\nself.x\n"
    tree = Tree(parse("python", [program]))
    nodes = np.array([i for i in tree.of("attribute").tolist() if tree.text(i) == "self.x"])
    told, called = used(tree, nodes)
    wanted = [USES[use] for use in ("called", "calls", "nulled", "nulled", "given", "given", "filled")]
    assert told.tolist() == [*wanted, 0]
    assert [tree.text(i) for i in called.tolist()] == ["run", *[""] * 7]


def test_roles_and_uses_are_bits():
    """Each is one of a byte, and none is another's."""
    for table in (ROLES, USES):
        assert sorted(table.values()) == [1 << i for i in range(len(table))]


NAMES = st.lists(
    st.sampled_from([b"", b"a", b"b", b"ab", b"ac", b"name", b"nome", b"12345678x", b"12345679x"]), max_size=20
)


@given(NAMES, NAMES, st.data())
def test_nodes_that_read_alike(twin, known, others, data):
    """By the first known one; those that are known by a field that is left out are not read; the same from the twin."""
    texts = [*known, *others]
    stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
    arena, start = np.frombuffer(b"".join(texts), np.uint8), np.concatenate(([0], stops[:-1]))[: len(texts)]
    field = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts))), np.uint16)
    nodes, less = np.arange(len(known), len(texts)), np.array([False, True, False])
    place = [k for k, i in enumerate(nodes.tolist()) if texts[i] in known and not less[field[i]]]
    wanted = [[known.index(text) for text in known], place, [known.index(others[k]) for k in place]]
    columns = {name: np.zeros(len(texts), np.int64) for name in ("kind", "parent", "after", "flags", "counted")}
    laid = Laid(arena=arena, start=start, end=stops, field=field, **columns)
    for modules in ((), (named_module,)):
        with twin(*modules):
            told = named(laid, less, np.arange(len(known)), nodes)
        assert [column.tolist() for column in told] == wanted


def test_names_of_real_programs(twin):
    """Every identifier of a sample is one of every other one's names."""
    tree = Tree(parse("java", [sample("java"), sample("cpp"), sample("rust")]))
    nodes, less = tree.of("identifier"), np.zeros(len(tree.nodes.loaded.fields), np.bool_)
    ours = named(tree.laid, less, nodes[::3], nodes)
    with twin(named_module):
        theirs = named(tree.laid, less, nodes[::3], nodes)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    first, place, found = ours
    assert found[np.searchsorted(place, np.arange(len(nodes))[::3])].tolist() == first.tolist()
