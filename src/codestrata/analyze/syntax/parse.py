"""From texts to nodes in this process: for few texts of one's own, such as a rule's examples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.reading import Reader, room_for
from codestrata.kernels.nodes.treewalk import Columns


def parse(grammar: str, texts: Sequence[bytes], *, native: bool = True) -> Nodes:
    """Parse the texts of files with a grammar, by its short name; ``native``: unless the twin is asked to."""
    reader = _reader(grammar, native)
    columns: dict[str, Any] = {
        name: np.empty(sum(map(room_for, map(len, texts))), kind) for name, kind in TYPES.items()
    }
    out = Columns(**{name: column.ctypes.data for name, column in columns.items()}, room=0, base=0, first=0)
    first, offsets = [0], [0]
    for text in texts:
        out.base, out.first = offsets[-1], first[-1]
        count, _ = reader.read(text, out)
        first.append(first[-1] + count)
        offsets.append(offsets[-1] + len(text))
    return Nodes(
        load(grammar),
        np.frombuffer(b"".join(texts), np.uint8),
        np.array(offsets, np.int64),
        np.array(first, np.int64),
        **{name: column[: first[-1]].copy() for name, column in columns.items()},
    )


@cache
def _reader(grammar: str, native: bool) -> Reader:  # noqa: FBT001 -- the cache's key
    return Reader(grammar, native=native)
