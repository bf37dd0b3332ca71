"""Whether code looks like a snippet: the children of both, side by side, words that the snippet has not skipped.

This is ast-grep's strictness "smart": what the snippet has must be there, words without a name and comments of the
code may be more, and so may be whatever comes behind the snippet's last piece. Source: ast-grep, "Match Algorithm".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from codestrata.analyze.rules.matchers import ERROR_KIND, Gap, Hole, Inner, Leaf, Piece
from codestrata.analyze.rules.tree import Tree

#: Name of a capture -> a node, or the nodes of ``$$$A``.
Captures = Mapping[str, int | tuple[int, ...]]


class _Skip(Enum):
    """The node is none of the snippet's and may be passed over."""

    SKIP = 1


def aligned(piece: Piece, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    """Give what a snippet captures at a node, or None where the node does not look like it."""
    found = _hole(piece, tree, node, so_far) if isinstance(piece, Hole) else _one(piece, tree, node, so_far)
    return None if isinstance(found, _Skip) else found


def _hole(hole: Hole, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    if hole.named and not tree.named(node):
        return None
    if not hole.name:
        return so_far
    before = so_far.get(hole.name)
    if isinstance(before, int) and not tree.alike(before, node):
        return None
    return {**so_far, hole.name: node}


def _one(piece: Piece, tree: Tree, node: int, so_far: Captures) -> Captures | _Skip | None:
    if isinstance(piece, Leaf):
        if _same(piece.kind, tree.kind[node]) and (not piece.named or piece.text == tree.text(node)):
            return so_far
        return _Skip.SKIP if tree.beside(node) or not tree.named(node) else None
    if isinstance(piece, Inner):
        if not _same(piece.kind, tree.kind[node]):
            return None
        return _Row(piece.parts, tree, list(tree.children(node)), so_far).captures()
    if tree.beside(node):
        return _Skip.SKIP
    return _hole(piece, tree, node, so_far) if isinstance(piece, Hole) else None


def _same(wanted: int, kind: int) -> bool:
    return wanted in {kind, ERROR_KIND}


class _Row:
    """Pieces of a snippet and nodes below one node, aligned from the left as far as ``at`` and ``node``."""

    def __init__(self, pieces: Sequence[Piece], tree: Tree, nodes: Sequence[int], so_far: Captures) -> None:
        self.pieces, self.tree, self.nodes, self.so_far = pieces, tree, nodes, so_far
        self.at = self.node = 0

    def captures(self) -> Captures | None:
        """Align all pieces; gives what is captured then, or None."""
        while self.at < len(self.pieces):
            if self.node == len(self.nodes):
                return None
            if not (self._gap() if isinstance(self.pieces[self.at], Gap) else self._piece()):
                return None
        return self.so_far if self.nodes else None

    def _piece(self) -> bool:
        """Take the next node that the next piece may not skip; when none is left, only gaps may be."""
        found: Captures | _Skip | None = _Skip.SKIP
        while isinstance(found, _Skip):
            if self.node == len(self.nodes):
                rest, self.at = self.pieces[self.at :], len(self.pieces)
                return all(isinstance(one, Gap) for one in rest)
            found = _one(self.pieces[self.at], self.tree, self.nodes[self.node], self.so_far)
            self.node += 1
        self.at += 1
        self.so_far = found if found is not None else self.so_far
        return found is not None

    def _gap(self) -> bool:
        """Fill a gap with all nodes up to the first that the next piece fits; words right behind it are skipped."""
        gap, first, count = self.pieces[self.at], self.node, len(self.nodes)
        self.at += 1
        words = self.at
        while self.at < len(self.pieces) and _word(self.pieces[self.at]):
            self.at += 1
        if self.at == len(self.pieces):
            self.node = count
        elif isinstance(self.pieces[self.at], Gap):  # two gaps in a row: the first is one node
            self.node += 1
            if self.node == count:
                return False
        else:
            while not isinstance(_one(self.pieces[self.at], self.tree, self.nodes[self.node], self.so_far), Mapping):
                self.node += 1
                if self.node == count:
                    return False
        return self._fill(gap, self.nodes[first : self.node], self.at - words)

    def _fill(self, gap: Piece, taken: Sequence[int], skipped: int) -> bool:
        name = gap.name if isinstance(gap, Gap) else ""
        if not name:
            return True
        kept, before = tuple(taken[: max(0, len(taken) - skipped)]), self.so_far.get(name)
        if isinstance(before, tuple):
            ours, theirs = ([one for one in nodes if self.tree.named(one)] for nodes in (before, kept))
            if len(ours) != len(theirs) or not all(map(self.tree.alike, ours, theirs)):
                return False
        self.so_far = {**self.so_far, name: kept}
        return True


def _word(piece: Piece) -> bool:
    return isinstance(piece, Leaf) and not piece.named
