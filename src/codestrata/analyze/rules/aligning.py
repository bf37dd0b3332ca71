"""Snippets aligned with many nodes at once; :mod:`alignment` says it of one, and is asked where there is no kernel."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules import alignment
from codestrata.analyze.rules.batch import Batch, Mask, Set
from codestrata.analyze.rules.looking import names
from codestrata.analyze.rules.matchers import Gap, Hole, Inner, Leaf, Piece, Snippet
from codestrata.analyze.rules.tree import Tree
from codestrata.kernels.library import library
from codestrata.kernels.nodes import snippets as kernel
from codestrata.kernels.nodes.snippets import EMPTY, NOTHING, Program


def aligned(snippet: Snippet, batch: Batch, some: Set) -> tuple[Mask, NDArray[np.int64]]:
    """Say of each of some nodes whether it looks like a snippet, and what each name caught.

    Gives bool[n], and int64[n, names, 2]: first and last node; EMPTY for a gap without nodes, NOTHING for nothing.
    """
    written = program(snippet)
    if written and library():
        return kernel.aligned(written, batch.trees, some)
    listed = caught_names(snippet)
    found, caught = np.zeros(len(some), np.bool_), np.full((len(some), len(listed), 2), NOTHING, np.int64)
    tree = Tree(batch.nodes)
    for i, node in enumerate(some.tolist()):
        captures = alignment.aligned(snippet.root, tree, node, {})
        found[i] = captures is not None
        for name, nodes in (captures or {}).items():
            listed_ = nodes if isinstance(nodes, tuple) else (nodes,)
            caught[i, listed.index(name)] = (listed_[0], listed_[-1]) if listed_ else (EMPTY, EMPTY)
    return found, caught


def caught_names(snippet: Snippet) -> tuple[str, ...]:
    """Give the names that a snippet catches, in the order of the columns of what it caught."""
    return tuple(dict.fromkeys(names(snippet.root)))


@lru_cache(maxsize=4096)
def program(snippet: Snippet) -> Program | None:
    """Write a snippet down for the kernel; None where it has what only the plain way knows: gaps that must agree."""
    listed = caught_names(snippet)
    counted = Counter(names(snippet.root)) - Counter(names(snippet.root, single=True))
    single = set(names(snippet.root, single=True))
    if len(listed) > kernel.MOST_NAMES or any(count > 1 or name in single for name, count in counted.items()):
        return None
    rows: list[list[int]] = []
    texts = bytearray()
    _write(snippet.root, rows, texts, {name: i for i, name in enumerate(listed)})
    return Program(np.array(rows, np.int32), np.frombuffer(bytes(texts) + b"\0", np.uint8), listed)


def _write(piece: Piece, rows: list[list[int]], texts: bytearray, numbers: dict[str, int]) -> None:
    here = len(rows)
    kind, name, at, size = getattr(piece, "kind", 0), numbers.get(getattr(piece, "name", ""), -1), len(texts), 0
    if isinstance(piece, Leaf):
        what = kernel.LEAF if piece.named else kernel.WORD
        texts += piece.text
        size = len(piece.text)
    elif isinstance(piece, Hole):
        what = kernel.HOLE if piece.named else kernel.ANY_HOLE
    else:
        what = kernel.GAP if isinstance(piece, Gap) else kernel.INNER
    rows.append([what, kind, 0, name, at, size])
    for part in piece.parts if isinstance(piece, Inner) else ():
        _write(part, rows, texts, numbers)
    rows[here][2] = len(rows)
