"""From texts to nodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.nodes import ERROR, EXTRA, MISSING, NAMED, Nodes


def parse(grammar: str, texts: Sequence[bytes]) -> Nodes:
    """Parse the texts of files with a grammar, by its short name."""
    import tree_sitter

    loaded = load(grammar)
    parser = tree_sitter.Parser(loaded.language)
    rows: list[tuple[int, int, int, int, int, int]] = []
    after: list[int] = []
    first, offsets = [0], [0]
    for text in texts:
        _walk(parser.parse(text).walk(), offsets[-1], rows, after)
        first.append(len(rows))
        offsets.append(offsets[-1] + len(text))
    columns: NDArray[np.int64] = np.array(rows, np.int64).reshape(-1, 6)
    return Nodes(
        loaded,
        np.frombuffer(b"".join(texts), np.uint8),
        np.array(offsets, np.int64),
        np.array(first, np.int64),
        columns[:, 0].astype(np.uint16),
        columns[:, 1].astype(np.uint16),
        columns[:, 2].copy(),
        columns[:, 3].copy(),
        columns[:, 4].copy(),
        np.array(after, np.int64),
        columns[:, 5].astype(np.uint8),
    )


def _walk(cursor, base: int, rows: list[tuple[int, int, int, int, int, int]], after: list[int]) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Add the nodes below a cursor in pre-order."""
    above: list[int] = []
    while True:
        node, here = cursor.node, len(rows)
        flags = NAMED * node.is_named | EXTRA * node.is_extra | MISSING * node.is_missing | ERROR * node.is_error
        place = (node.start_byte + base, node.end_byte + base)
        rows.append((node.kind_id & 0xFFFF, cursor.field_id or 0, *place, above[-1] if above else -1, flags))
        after.append(0)
        if cursor.goto_first_child():
            above.append(here)
            continue
        after[here] = len(rows)
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            after[above.pop()] = len(rows)
