"""The order in which the files of a repository are read: what a file needs stands before it.

Source: DeepSeek-Coder (arXiv:2401.14196), §2.2 and algorithm 1: each connected part of the graph of imports is put into
topological order, and where a cycle leaves no file whose needs are all there, the one with the fewest missing is next.
Two things are done otherwise, as they keep more of what a file needs before it and in the same row (figures in
docs/recipes-fim-repo.md): a cycle is broken inside itself, and of equals the one follows whose need came last.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence

from codestrata.model.graph import components


def parts(nodes: Sequence[int], needs: Mapping[int, Collection[int]]) -> list[list[int]]:
    """Give the connected parts of a graph, directions aside: each rising, in the order of their first nodes."""
    inside, root = set(nodes), {node: node for node in nodes}

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = node = root[root[node]]
        return node

    for node in nodes:
        for other in needs.get(node, ()):
            if other in inside:
                a, b = sorted((top(node), top(other)))
                root[b] = a
    found: dict[int, list[int]] = {}
    for node in sorted(nodes):
        found.setdefault(top(node), []).append(node)
    return list(found.values())


def ordered(nodes: Iterable[int], needs: Mapping[int, Collection[int]]) -> list[int]:
    """Put nodes after what they need; of what needs itself in a circle, what has the fewest needs missing is next.

    A circle is put in order as one, so that nothing else is out of order for it.
    """
    inside = sorted(nodes)
    known = set(inside)
    edges = {node: sorted({n for n in needs.get(node, ()) if n in known and n != node}) for node in inside}
    circles = sorted((sorted(circle) for circle in components(inside, edges)), key=lambda circle: circle[0])
    home = {node: i for i, circle in enumerate(circles) for node in circle}
    between = {i: {home[n] for node in circle for n in edges[node]} - {i} for i, circle in enumerate(circles)}
    return [node for i in _fewest(range(len(circles)), between) for node in _fewest(circles[i], edges)]


def _fewest(nodes: Iterable[int], needs: Mapping[int, Collection[int]]) -> list[int]:
    """Put nodes in an order in which the one with the fewest needs missing is always next.

    Of several, the one whose last need came latest, so that what belongs together stays close; then the lowest.
    """
    left = set(nodes)
    missing = {node: len(left.intersection(needs.get(node, ())) - {node}) for node in left}
    users: dict[int, list[int]] = {}
    for node in sorted(left):
        for need in left.intersection(needs.get(node, ())) - {node}:
            users.setdefault(need, []).append(node)
    heap = [(count, 0, node) for node, count in missing.items()]
    heapq.heapify(heap)
    latest = dict.fromkeys(left, 0)
    found: list[int] = []
    while heap:
        count, since, node = heapq.heappop(heap)
        if node not in left or count != missing[node] or -since != latest[node]:
            continue  # said again since
        left.remove(node)
        found.append(node)
        for user in users.get(node, ()):
            if user in left:
                missing[user] -= 1
                latest[user] = len(found)
                heapq.heappush(heap, (missing[user], -len(found), user))
    return found
