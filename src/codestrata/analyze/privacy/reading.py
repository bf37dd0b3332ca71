"""From object ids to what is private in their texts, wherever one of the repositories that list them holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.git.objects import Batch, Objects
from codestrata.model.text import AS_IT_IS, BOM, to_utf8
from codestrata.privacy.detector import Span
from codestrata.privacy.scan import scan
from codestrata.store.columns import Columns, Varlen

Ints = NDArray[np.int64]
Held = Sequence[tuple[Sequence[Path], Ints]]
#: What is in a text, and for each span the line it begins in and the line ends inside it.
_Told = tuple[Sequence[Span], Sequence[tuple[int, int]]]


def look(
    ids: NDArray[np.uint8], encodings: Sequence[str], held: Held, progress: Callable[[int], None]
) -> tuple[Columns, Columns, dict[str, float]]:
    """Give tables **inspected** and **private** of blobs, in their order, and counts.

    ids: uint8 (n, 20 or 32), no id twice; held: stores to ask in turn, and the rows to ask of them. What no store can
    give has no row, and is due again.
    """
    told: list[_Told | None] = [None] * len(encodings)
    done = 0
    for stores, rows in held:
        left = rows
        for git_dir in stores:
            for batch in Objects(git_dir).read(ids[left]):
                _batch(batch, left, encodings, told)
                done += int(batch.offsets[-1])
                progress(done)
            left = np.array([row for row in left.tolist() if told[row] is None], np.int64)
            if not len(left):
                break
    counts = Counter(span.kind for one in told if one for span in one[0])
    seen = [row for row, one in enumerate(told) if one is not None]
    return _inspected(ids, told, seen), _private(ids, told), {"bytes": done, "blobs": len(seen), **counts}


def _batch(batch: Batch, rows: Ints, encodings: Sequence[str], told: list[_Told | None]) -> None:
    """Look through a batch: bytes that are text where they lie, other encodings one by one."""
    which = rows[batch.rows].tolist()
    starts, stops = batch.offsets[:-1].copy(), batch.offsets[1:]
    for k, row in enumerate(which):
        if encodings[row] == "utf-8-bom" and batch.arena[starts[k] : starts[k] + 3].tobytes() == BOM:
            starts[k] += 3
    own = np.array([encodings[row] in AS_IT_IS or encodings[row] == "utf-8-bom" for row in which], np.bool_)
    _look(batch.arena, starts[own], stops[own], [which[k] for k in np.flatnonzero(own).tolist()], told)
    other = np.flatnonzero(~own).tolist()
    if other:
        texts = Varlen.of([to_utf8(batch[k], encodings[which[k]]) for k in other], text=False)
        _look(texts.data, texts.offsets[:-1], texts.offsets[1:], [which[k] for k in other], told)


def _look(arena: NDArray[np.uint8], starts: Ints, stops: Ints, rows: Sequence[int], told: list[_Told | None]) -> None:
    for row in rows:
        told[row] = ((), ())
    for k, spans in scan(arena, starts, stops).spans:
        text = arena[starts[k] : stops[k]].tobytes()
        lines: list[tuple[int, int]] = []
        at, line = 0, 1
        for span in spans:
            line += text.count(b"\n", at, span.start)
            at = span.start
            lines.append((line, text.count(b"\n", span.start, span.end)))
        told[rows[k]] = (spans, lines)


def _inspected(ids: NDArray[np.uint8], told: Sequence[_Told | None], seen: Sequence[int]) -> Columns:
    counts = [len(one[0]) for one in told if one is not None]
    return {"blob": Varlen.fixed(ids[list(seen)]), "spans": np.array(counts, np.int32)}


def _private(ids: NDArray[np.uint8], told: Sequence[_Told | None]) -> Columns:
    rows = [
        (row, span, lines) for row, one in enumerate(told) if one is not None for span, lines in zip(*one, strict=True)
    ]
    spans = [span for _, span, _ in rows]
    return {
        "blob": Varlen.fixed(ids[[row for row, *_ in rows]]),
        "kind": Varlen.of([s.kind for s in spans]),
        "detector": Varlen.of([s.detector for s in spans]),
        "start": np.array([s.start for s in spans], np.int64),
        "end": np.array([s.end for s in spans], np.int64),
        "line": np.array([line for *_, (line, _) in rows], np.int32),
        "lines": np.array([ends for *_, (_, ends) in rows], np.int32),
        "confidence": np.array([s.confidence for s in spans], np.float32),
    }
