"""The order in which the files of a repository are read: what a file needs stands before it.

Source: DeepSeek-Coder (arXiv:2401.14196), §2.2 and algorithm 1: each connected part of the graph of imports is put into
topological order, and where a cycle leaves no file whose needs are all there, the one with the fewest missing is next.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence


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
    """Put nodes after what they need: the one with the fewest needs missing is next.

    Of several, the one whose last need came latest, so that what belongs together stays close; then the lowest.
    """
    left = set(nodes)
    missing = {node: len({n for n in needs.get(node, ()) if n in left and n != node}) for node in left}
    users: dict[int, list[int]] = {}
    for node in sorted(left):
        for need in set(needs.get(node, ())) & left - {node}:
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
