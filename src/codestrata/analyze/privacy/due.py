"""Which blobs are to be looked through: texts that were analysed, less those that were looked through before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codestrata.analyze.facts import stage as facts
from codestrata.engine.base import View
from codestrata.engine.pieces import cut, named
from codestrata.store.columns import Columns, Varlen, rows, take

#: A piece holds at most so many bytes (but one blob at least) and so many blobs.
PIECE_BYTES = 64_000_000
PIECE_ROWS = 16_384


def due(view: View, known: str) -> Columns:
    """List the blobs to do in the order of the repositories.

    ``known``: SQL of a table of blobs that are done, or "". Columns: blob; encoding; size (bytes); place, index of the
    first snapshot that holds it; instead, the indices of all, with commas between.
    """
    held = named(view)
    told = view.files("facts", stage=facts.NAME, version=facts.version(view.settings.analyze))
    if not held or not told:
        return {"blob": Varlen.of([], text=False)}
    less = f"anti join {known} using (blob)" if known else ""
    return view.tables.query(f"""
        with said as (select blob, min(encoding) as encoding from {view.tables.scan(told)}
                      where problem = '' and not "binary" and not lfs and encoding not in ('', 'unknown', 'binary')
                      group by blob)
        select blob, min(encoding) as encoding, min(size) as size, min(place) as place,
               arg_min(file_row_number, place) as nth, string_agg(distinct place::varchar, ',') as instead
        from ({held}) join said using (blob) {less} group by blob order by place, nth""")


def pieces(blobs: Columns) -> Iterator[Columns]:
    """Cut blobs into pieces of bounded size; the ids of a piece are of one length."""
    if not rows(blobs):
        return
    ids: Varlen = blobs["blob"]  # type: ignore[assignment]
    widths = np.diff(ids.offsets)
    for width in np.unique(widths).tolist():
        same = np.flatnonzero(widths == width)
        for start, end in cut(np.asarray(blobs["size"], np.int64)[same], PIECE_BYTES, PIECE_ROWS):
            yield take(blobs, same[start:end])
