"""Shapes: small subtrees of statements and definitions, for idioms that nobody wrote a rule for."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.tree import Tree
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


@cache
def _wanted(grammar: str) -> tuple[int, ...]:
    known = load(grammar)
    kinds = enumerate(zip(known.kinds, known.named, strict=True))
    return tuple(i for i, (kind, named) in kinds if named and kind not in _LESS and _is_whole(kind))


def _is_whole(kind: str) -> bool:
    return kind.endswith(_ENDINGS) or kind in _MORE


def shapes(tree: Tree, shape: NDArray[np.uint64], named: NDArray[np.int32]) -> Rows:
    """Give the table shapes: of each file, the distinct shapes, with their first place."""
    loaded = tree.nodes.loaded
    nodes = tree.nodes.of_numbers(*_wanted(loaded.grammar.name))
    nodes = nodes[(named[nodes] >= FEWEST) & (named[nodes] <= MOST)]
    files = tree.nodes.files(nodes)
    order = np.argsort(shape[nodes])  # of equal ones in any order
    few = files.astype(np.min_scalar_type(len(tree.nodes.first)))  # numbers of 16 bits are counted, not compared
    order = order[np.argsort(few[order], kind="stable")]
    nodes, files = nodes[order], files[order]
    key = shape[nodes]
    new = np.append([True], (key[1:] != key[:-1]) | (files[1:] != files[:-1]))[: len(nodes)]
    first = np.flatnonzero(new)
    count = np.diff(np.append(first, len(nodes)))
    nodes, files = np.minimum.reduceat(nodes, first) if len(first) else nodes, files[first]
    begins = np.flatnonzero(np.append([True], np.diff(files) > 0)[: len(first)])
    place = np.arange(len(first)) - np.repeat(begins, np.diff(np.append(begins, len(first))))
    kept = place < BOUND
    nodes, files, count = nodes[kept], files[kept], count[kept]
    kinds = Varlen.of(loaded.kinds)
    return Rows(
        files,
        {
            "shape_hash": shape[nodes],
            "kind": kinds.take(tree.kind[nodes].astype(np.int64)),
            "nodes": named[nodes],
            "count": count.astype(np.int32),
            **tree.range_columns(files, tree.start[nodes], tree.end[nodes]),
        },
    )
