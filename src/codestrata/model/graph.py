"""Graphs of anything that imports, calls or needs another."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(nodes: Sequence[Node], edges: Mapping[Node, Collection[Node]]) -> list[list[Node]]:
    """Give the strongly connected components, each after those it can reach. Source: Tarjan (1972), no recursion."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    held: set[Node] = set()
    found: list[list[Node]] = []
    for start in nodes:
        if start in index:
            continue
        index[start] = low[start] = len(index)
        stack.append(start)
        held.add(start)
        work = [(start, iter(edges.get(start, ())))]
        while work:
            node, rest = work[-1]
            step = next((n for n in rest if n not in index or n in held), None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_popped(stack, held, node))
            elif step in index:
                low[node] = min(low[node], index[step])
            else:
                index[step] = low[step] = len(index)
                stack.append(step)
                held.add(step)
                work.append((step, iter(edges.get(step, ()))))
    return found


def _popped(stack: list[Node], held: set[Node], until: Node) -> list[Node]:
    one: list[Node] = []
    while True:
        node = stack.pop()
        held.discard(node)
        one.append(node)
        if node == until:
            return one[::-1]
