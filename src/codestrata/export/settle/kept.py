"""What settling came to, for whoever writes the rows: which are kept, and a stub for each of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.settle.stage import NAME
from codestrata.export.shape import base
from codestrata.store.columns import Columns, Varlen, concat, take
from codestrata.store.parquet import write_table

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.shape.base import Shape
    from codestrata.store.tables import TableFile

#: What a stub says of a row.
_SAID = ("source", "repository", "commit", "path", "language", "licence", "licence_class")


def kept(view: View, shape: Shape) -> Iterator[tuple[TableFile, NDArray[np.int64]]]:
    """Give the files of a shape's rows in planned order, each with the numbers of its rows that are kept, rising."""
    settled = view.tables.read(view.planned(NAME, "settled"), "kept")
    start = 0
    for file in view.planned(base.NAME, base.table(shape.recipe)):
        if not settled:
            yield file, np.arange(file.rows)
        else:
            yield file, np.flatnonzero(np.asarray(settled["kept"])[start : start + file.rows])
        start += file.rows


def stubs(view: View, shape: Shape, folder: Path) -> None:
    """Write ``rows-00000-of-00001.parquet`` into ``folder``: a stub for every row that went for another.

    A recipe that is not settled has no such file.
    """
    files = view.planned(NAME, "settled")
    if not files:
        return
    settled = view.tables.read(files, "* exclude (file_row_number)", "order by file_row_number")
    gone = np.flatnonzero(~np.asarray(settled["kept"]))
    survivor = np.asarray(settled["survivor_row"])[gone]
    wanted = np.union1d(gone, survivor)
    said = _rows(view, view.planned(base.NAME, base.table(shape.recipe)), wanted)
    table: Columns = take(said, np.searchsorted(wanted, gone)) if len(gone) else dict.fromkeys(_SAID, Varlen.of([]))
    source = varlen(said, "source").take(np.searchsorted(wanted, survivor)) if len(gone) else Varlen.of([])
    table |= {"reason": varlen(settled, "reason").take(gone), "survivor": source}
    table["jaccard"] = np.asarray(settled["jaccard"])[gone]
    write_table(folder / "rows-00000-of-00001.parquet", table)


def _rows(view: View, files: Sequence[TableFile], wanted: NDArray[np.int64]) -> Columns:
    """Read what stubs say of some rows, numbered over all files, a file at a time."""
    found, start = [], 0
    for file in files:
        mine = wanted[(wanted >= start) & (wanted < start + file.rows)] - start
        if len(mine):
            columns = ", ".join(f'"{name}"' for name in _SAID)
            found.append(take(view.tables.read([file], columns, "order by file_row_number"), mine))
        start += file.rows
    return concat(found) if found else {}
