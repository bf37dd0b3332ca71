"""The graph of modules: cycles, layers, orders; checked against brute force."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.structure.graph import best_order, layers
from codestrata.model.graph import components

GRAPHS = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=5), max_size=8)


def reach(edges: dict[int, list[int]], start: int) -> set[int]:
    """Give what can be reached, in one step or more."""
    seen, left = set(), [start]
    while left:
        node = left.pop()
        for target in edges.get(node, ()):
            if target not in seen:
                seen.add(target)
                left.append(target)
    return seen


@given(GRAPHS)
def test_a_component_is_what_reaches_one_another(edges):
    """Two nodes are in one component exactly when each can be reached from the other; below comes first."""
    nodes = sorted({*edges, *(t for targets in edges.values() for t in targets)})
    parts = components(nodes, edges)
    assert sorted(node for part in parts for node in part) == nodes
    where = {node: i for i, part in enumerate(parts) for node in part}
    for a in nodes:
        for b in nodes:
            if a != b:
                mutual = b in reach(edges, a) and a in reach(edges, b)
                assert (where[a] == where[b]) == mutual
    for a in nodes:
        for b in edges.get(a, ()):
            assert where[b] <= where[a]


@given(GRAPHS)
def test_a_layer_is_above_everything_it_imports(edges):
    """Whoever imports outside of its cycle is in a higher layer; who imports nothing is in layer 0."""
    nodes = sorted({*edges, *(t for targets in edges.values() for t in targets)})
    parts = components(nodes, edges)
    layer = layers(parts, edges)
    where = {node: i for i, part in enumerate(parts) for node in part}
    for a in nodes:
        outside = [b for b in edges.get(a, ()) if where[a] != where[b]]
        assert all(layer[a] > layer[b] for b in outside)
        if not edges.get(a):
            assert layer[a] == 0


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9), max_size=12))
def test_the_order_is_sound_and_never_worse_than_half(weights):
    """The share is what the order gives; a graph without cycles is explained in full."""
    order, down = best_order(weights)
    pairs = {p: w for p, w in weights.items() if p[0] != p[1]}
    total = sum(pairs.values())
    assert sorted(order) == sorted({n for p in weights for n in p})
    if not total:
        assert down == 1.0
        return
    best = max(
        sum(w for (a, b), w in pairs.items() if o.index(a) < o.index(b)) / total for o in permutations(sorted(order))
    )
    assert 0.5 <= down <= best + 1e-9
    if best == 1.0:
        assert down == 1.0
