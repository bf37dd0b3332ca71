"""Shapes: small subtrees of statements and definitions, for idioms that nobody wrote a rule for."""

from __future__ import annotations

from functools import cache

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.tree import Tree
from codestrata.kernels.nodes.shapes import distinct_shapes
from codestrata.kernels.nodes.subtrees import Wholes
from codestrata.store.columns import Varlen

#: Named nodes of a shape.
FEWEST, MOST = 5, 60
#: How many of a file: those with the smallest hashes, so that files with equal shapes choose the same.
BOUND = 200
_ENDINGS = ("_statement", "_declaration", "_definition", "_item", "_arm")
_MORE = frozenset({"for_expression", "while_expression", "if_expression", "match_expression", "loop_expression"})
_MORE |= {"except_clause", "catch_clause", "finally_clause", "with_clause"}
_LESS = frozenset(
    {
        *("import_statement", "import_declaration", "use_declaration", "package_declaration", "attribute_item"),
        *("parameter_declaration", "type_parameter_declaration", "field_declaration", "extern_crate_declaration"),
    }
)


def is_whole(kind: str) -> bool:
    """Say whether named nodes of a kind are statements or definitions."""
    return kind not in _LESS and (kind.endswith(_ENDINGS) or kind in _MORE)


def shapes(tree: Tree, wholes: Wholes) -> Rows:
    """Give the table shapes: of each file, the distinct shapes, with their first place."""
    files = tree.nodes.files(wholes.node)
    first, count = distinct_shapes(files, wholes.shape, len(tree.nodes.first), BOUND)
    nodes, files = wholes.node[first], files[first]
    return Rows(
        files,
        {
            "shape_hash": wholes.shape[first],
            "kind": _kinds(tree.nodes.loaded.grammar.name).take(tree.kind[nodes].astype(np.int64)),
            "nodes": wholes.named[first],
            "count": count.astype(np.int32),
            **tree.range_columns(files, tree.start[nodes], tree.end[nodes]),
        },
    )


@cache
def _kinds(grammar: str) -> Varlen:
    return Varlen.of(load(grammar).kinds)
