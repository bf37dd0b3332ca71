"""The graph of modules: who imports whom, cycles, layers, and how well an order of packages explains it.

Cycles are the strongly connected components of Tarjan (1972), found without recursion. Edges of three kinds are kept
apart: at run time, lazy (inside functions), for the type checker alone; taken together nearly everything is a cycle.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def layers(parts: Sequence[Sequence[Node]], edges: Mapping[Node, Collection[Node]]) -> dict[Node, int]:
    """Give the longest way down from each node, cycles as one; 0 for what reaches nothing. ``parts``: components."""
    layer: dict[Node, int] = {}
    for part in parts:
        inside = set(part)
        below = [layer[n] for node in part for n in edges.get(node, ()) if n not in inside and n in layer]
        for node in part:
            layer[node] = max(below, default=-1) + 1
    return layer


def best_order(weights: Mapping[tuple[Node, Node], int]) -> tuple[list[Node], float]:
    """Give an order of nodes in which most edges lead down (from earlier to later), and the share that does.

    The greedy heuristic of Eades, Lin and Smyth (1993) for the feedback arc set; an edge of a node to itself is none.
    """
    nodes = sorted({n for pair in weights for n in pair}, key=repr)
    out: dict[Node, Counter[Node]] = defaultdict(Counter)
    into: dict[Node, Counter[Node]] = defaultdict(Counter)
    for (a, b), weight in weights.items():
        if a != b:
            out[a][b] += weight
            into[b][a] += weight
    first: list[Node] = []
    last: list[Node] = []
    left = dict.fromkeys(nodes)
    while left:
        node = _next(left, out, into)
        (last if not sum(out[node].values()) else first).append(node)
        del left[node]
        for other in out.pop(node, ()):
            into[other].pop(node, None)
        for other in into.pop(node, ()):
            out[other].pop(node, None)
    order = first + last[::-1]
    place = {node: i for i, node in enumerate(order)}
    total = sum(w for (a, b), w in weights.items() if a != b)
    down = sum(w for (a, b), w in weights.items() if a != b and place[a] < place[b])
    return order, down / total if total else 1.0


def _next(left: Iterable[Node], out: Mapping[Node, Counter[Node]], into: Mapping[Node, Counter[Node]]) -> Node:
    """Choose a sink, else a source, else the node with most going out over what comes in."""
    listed = list(left)
    for node in listed:
        if not sum(out[node].values()):
            return node
    for node in listed:
        if not sum(into[node].values()):
            return node
    return max(listed, key=lambda n: sum(out[n].values()) - sum(into[n].values()))
