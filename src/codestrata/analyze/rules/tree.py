"""Nodes one at a time: what the plain matcher asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from codestrata.analyze.syntax.nodes import EXTRA, NAMED, Nodes


class Tree:
    """Nodes by their index; -1 is none. Fast to ask one by one, which NumPy's arrays are not."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.kind = _quick(nodes.kind)
        self.field = _quick(nodes.field)
        self.parent = _quick(nodes.parent)
        self.after = _quick(nodes.after)
        self.flags = _quick(nodes.flags)
        self.start = _quick(nodes.start)
        self.end = _quick(nodes.end)
        self.arena = _quick(nodes.arena)

    def text(self, node: int) -> bytes:
        """Give the bytes of a node."""
        return bytes(self.arena[self.start[node] : self.end[node]])

    def named(self, node: int) -> bool:
        """Say whether a node has a name in the grammar, which words such as ``(`` have not."""
        return bool(self.flags[node] & NAMED)

    def beside(self, node: int) -> bool:
        """Say whether a node may stand anywhere, as comments do."""
        return bool(self.flags[node] & EXTRA)

    def children(self, node: int) -> Iterator[int]:
        """Give the children of a node in order."""
        at, end = node + 1, self.after[node]
        while at < end:
            yield at
            at = self.after[at]

    def child(self, node: int, field: int) -> int:
        """Give the first child that a node knows by the number of a field, or -1."""
        return next((one for one in self.children(node) if self.field[one] == field), -1)

    def ancestors(self, node: int) -> Iterator[int]:
        """Give what a node is in, nearest first."""
        while (node := self.parent[node]) >= 0:
            yield node

    def later(self, node: int) -> Iterator[int]:
        """Give the siblings behind a node, nearest first."""
        above = self.parent[node]
        end = self.after[above] if above >= 0 else 0
        at = self.after[node]
        while at < end:
            yield at
            at = self.after[at]

    def earlier(self, node: int) -> Iterator[int]:
        """Give the siblings before a node, nearest first."""
        above = self.parent[node]
        if above < 0:
            return
        before = [one for one in self.children(above) if one < node]
        yield from reversed(before)

    def bare(self, node: int) -> bool:
        """Say whether a node has no child with a name."""
        return not any(self.named(one) for one in self.children(node))

    def alike(self, one: int, other: int) -> bool:
        """Say whether two nodes are the same code but for layout; without named children, to the byte."""
        left = [(one, other)]
        while left:
            one, other = left.pop()
            if one == other:
                continue
            if self.bare(one) or self.bare(other):
                if self.text(one) != self.text(other):
                    return False
                continue
            ours, theirs = list(self.children(one)), list(self.children(other))
            if self.kind[one] != self.kind[other] or len(ours) != len(theirs):
                return False
            left.extend(zip(ours, theirs, strict=True))
        return True


def _quick(array: NDArray[Any]) -> memoryview:
    return memoryview(array)  # type: ignore[arg-type]
