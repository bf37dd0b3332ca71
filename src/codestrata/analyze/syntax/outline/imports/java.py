"""Imports of Java. Source: The Java Language Specification, 7.5."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import RUNTIME, USES, Found, used
from codestrata.analyze.syntax.outline.pieces import changed, holding
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.store.columns import Columns, Varlen

#: White space, and what may be white space.
_ODD = np.array([byte <= ord(" ") or byte >= 0x80 for byte in range(256)])  # noqa: PLR2004 - ASCII ends there


def imports(tree: Tree) -> Found:
    """Find import declarations; a static one takes a name out of a type."""
    nodes = tree.of("import_declaration")
    every = tree.having(nodes, tree.of("asterisk"))
    static = ~every & tree.having(nodes, tree.words("static"))
    part = tree.first_part(nodes)
    starts = tree.start[part]
    target = tree.column(starts, np.where(part >= 0, tree.end[part], starts), len(tree.nodes.arena))
    odd = np.flatnonzero(holding(target, _ODD))
    target = changed(target, odd, ["".join(target[i].decode().split()) for i in odd.tolist()])
    kept = every | static | (np.diff(target.offsets) > 0)
    if not kept.all():
        nodes, every, static, target = nodes[kept], every[kept], static[kept], target.take(np.flatnonzero(kept))
    taken = np.flatnonzero(static)
    pairs = [target[i].decode().rpartition(".") for i in taken.tolist()]
    names = changed(Varlen.empty(len(nodes)), np.flatnonzero(every), ["*"] * int(every.sum()))
    columns: Columns = {
        "target": changed(target, taken, [owner for owner, _, _ in pairs]),
        "names": changed(names, taken, [name for _, _, name in pairs]),
        "alias": Varlen.empty(len(nodes)),
        "relative": np.zeros(len(nodes), np.int32),
        "use": used().take(np.full(len(nodes), USES.index(RUNTIME))),
    }
    return Found(nodes, columns)
