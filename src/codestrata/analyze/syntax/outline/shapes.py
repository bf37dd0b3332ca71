"""Shapes: small subtrees of statements and definitions, for idioms that nobody wrote a rule for."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.subtrees import Wholes
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
    first, count = _distinct(files, wholes.shape, len(tree.nodes.first))
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


def _distinct(files: Ints, shape: NDArray[np.uint64], most: int) -> tuple[Ints, Ints]:
    """Give the place where each distinct shape of a file comes first, by files and shapes, and how often it comes."""
    order = np.argsort(shape)  # of equal ones in any order
    few = files.astype(np.min_scalar_type(most))  # numbers of 16 bits are counted, not compared
    order = order[np.argsort(few[order], kind="stable")]
    files, key = files[order], shape[order]
    new = np.append([True], (key[1:] != key[:-1]) | (files[1:] != files[:-1]))[: len(order)]
    first = np.flatnonzero(new)
    if not len(first):
        return order, first
    count = np.diff(np.append(first, len(order)))
    begins = np.flatnonzero(np.append([True], np.diff(files[first]) > 0))
    place = np.arange(len(first)) - np.repeat(begins, np.diff(np.append(begins, len(first))))
    kept = place < BOUND
    return np.minimum.reduceat(order, first)[kept], count[kept]


@cache
def _kinds(grammar: str) -> Varlen:
    return Varlen.of(load(grammar).kinds)
