"""A tree read node by node through tree-sitter's own TreeCursor: slow, and the definition of what its nodes are."""

from __future__ import annotations

import ctypes
import dataclasses
from typing import TYPE_CHECKING, Any

from codestrata.analyze.syntax.flags import ERROR, EXTRA, MISSING, NAMED
from codestrata.kernels.nodes.treewalk import TOO_DEEP, Columns

if TYPE_CHECKING:
    import tree_sitter

#: The type of each column.
TYPES: dict[str, Any] = {
    "kind": ctypes.c_uint16,
    "field": ctypes.c_uint16,
    "start": ctypes.c_int64,
    "end": ctypes.c_int64,
    "parent": ctypes.c_int64,
    "after": ctypes.c_int64,
    "flags": ctypes.c_uint8,
}


@dataclasses.dataclass(slots=True)
class Listed:
    """Nodes of one tree in pre-order, counted from 0, with bytes from 0; the columns of ``Nodes``."""

    kind: list[int] = dataclasses.field(default_factory=list)
    field: list[int] = dataclasses.field(default_factory=list)
    start: list[int] = dataclasses.field(default_factory=list)
    end: list[int] = dataclasses.field(default_factory=list)
    parent: list[int] = dataclasses.field(default_factory=list)
    after: list[int] = dataclasses.field(default_factory=list)
    flags: list[int] = dataclasses.field(default_factory=list)


def listed(tree: tree_sitter.Tree, deepest: int) -> Listed | None:
    """List the nodes of a tree; None when it has more than so many levels."""
    nodes, cursor = Listed(), tree.walk()
    above: list[int] = []
    while len(above) < deepest:
        here = len(nodes.kind)
        _add(nodes, cursor, above[-1] if above else -1)
        if cursor.goto_first_child():
            above.append(here)
            continue
        nodes.after[here] = here + 1
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return nodes
            nodes.after[above.pop()] = len(nodes.kind)
    return None


def _add(nodes: Listed, cursor: tree_sitter.TreeCursor, parent: int) -> None:
    node = cursor.node
    assert node is not None  # noqa: S101 -- a cursor on a tree has one
    nodes.kind.append(node.kind_id & 0xFFFF)
    nodes.field.append(cursor.field_id or 0)
    nodes.start.append(node.start_byte)
    nodes.end.append(node.end_byte)
    nodes.parent.append(parent)
    nodes.after.append(0)
    nodes.flags.append(
        NAMED * node.is_named | EXTRA * node.is_extra | MISSING * node.is_missing | ERROR * node.is_error
    )


def walk(tree: tree_sitter.Tree, out: Columns, deepest: int) -> int:
    """Lay a tree out into columns, as the native walk does."""
    nodes = listed(tree, deepest)
    if nodes is None:
        return TOO_DEEP
    count = len(nodes.kind)
    if count <= out.room:
        moved = {
            "start": [at + out.base for at in nodes.start],
            "end": [at + out.base for at in nodes.end],
            "parent": [at + out.first if at >= 0 else -1 for at in nodes.parent],
            "after": [at + out.first for at in nodes.after],
        }
        for name, kind in TYPES.items():
            place = getattr(out, name) + out.first * ctypes.sizeof(kind)
            (kind * count).from_address(place)[:] = moved.get(name, getattr(nodes, name))
    return count
