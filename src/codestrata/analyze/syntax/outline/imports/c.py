"""Includes of C and C++. Source: ISO/IEC 9899, 6.10.2; the guards of headers are no conditions."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import LAZY, RUNTIME, USES, Found, used
from codestrata.analyze.syntax.outline.pieces import changed, foreign
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.numbers import member
from codestrata.store.columns import Columns, Varlen


def imports(tree: Tree) -> Found:
    """Find includes."""
    nodes = tree.of("preproc_include")
    late = tree.below(_conditions(tree), nodes)
    path = tree.child(nodes, "path")
    starts, arena = tree.start[path], tree.nodes.arena
    stops = np.where(path >= 0, tree.end[path], starts)
    first = np.where(stops > starts, arena[np.minimum(starts, len(arena) - 1)], 0)
    quoted = first == ord('"')
    inside = quoted | (first == ord("<"))
    target = tree.column(starts + inside, stops - inside, len(arena))
    odd = np.flatnonzero(inside & foreign(target))  # what is cut off behind is a letter, not a byte
    told = [tree.text(i)[1:-1] for i in path[odd].tolist()]
    columns: Columns = {
        "target": changed(target, odd, told),
        "names": Varlen.empty(len(nodes)),
        "alias": Varlen.empty(len(nodes)),
        "relative": quoted.astype(np.int32),
        "use": used().take(np.where(late, USES.index(LAZY), USES.index(RUNTIME))),
    }
    return Found(nodes, columns)


def _conditions(tree: Tree) -> Ints:
    """Give what makes an include depend on something: conditions that guard no header, and functions."""
    asked, others = tree.of("preproc_ifdef"), tree.of("preproc_if", "function_definition")
    if not len(asked):
        return others
    name = tree.child(asked, "name")
    defined = tree.after[name]  # what comes behind the name that is asked for
    defined[name < 0] = -1
    same = tree.is_a(defined, ("preproc_def",))
    again = tree.child(np.where(same, defined, -1), "name")
    both = np.flatnonzero(again >= 0)
    texts = zip(tree.texts(name[both]), tree.texts(again[both]), strict=True)
    guards = asked[both[np.array([one == other for one, other in texts], np.bool_)]]
    return np.concatenate((asked[~member(asked, guards)], others))
