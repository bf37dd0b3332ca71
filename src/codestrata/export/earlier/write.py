"""Writing the index of a dataset: its contents with their hashes and signatures, in the order of their ids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.dedup import first_of_each
from codestrata.export.earlier.schema import FOLDER, INDEX, MEASURED
from codestrata.store.columns import Columns, blank, concat, take
from codestrata.store.parquet import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile

#: Rows of one file of the index: 70 MB.
_ROWS = 250_000
#: Files of table facts read at a time, of some thousand rows each.
_FILES_AT_ONCE = 16


def index(view: View, decisions: Sequence[TableFile], out: Path) -> None:
    """Write ``index/`` into the dataset folder, where setting ``export.dedup.index`` asks for it."""
    if not view.settings.export.dedup.index:
        return
    (out / FOLDER).mkdir()
    kept = _kept(view, decisions)
    count = len(kept["blob"])
    parts = max(1, -(-count // _ROWS))
    for number in range(parts):
        some = take(kept, np.arange(number * _ROWS, min(count, (number + 1) * _ROWS)))
        write_table(out / FOLDER / f"kept-{number:05d}-of-{parts:05d}.parquet", _measured(view, some))


def _kept(view: View, decisions: Sequence[TableFile]) -> Columns:
    """Give the kept contents by their ids, each with its first place in the dataset."""
    kept = view.tables.read(
        decisions, "blob, full_name as repository, path", "where kept order by blob, file_row_number"
    )
    blobs = varlen(kept, "blob")
    order = np.arange(len(blobs))
    return take(kept, np.flatnonzero(first_of_each(blobs, order) == order))


def _measured(view: View, some: Columns) -> Columns:
    """Add what table facts knows of some contents; one that nobody measured has no row."""
    parts = list(_facts(view, {"blob": some["blob"], "nth": np.arange(len(some["blob"]))}))
    found = concat(parts) if parts else {}
    if not found:
        return {f.name: blank(0, f.kind) for f in INDEX}
    nth, rows = np.unique(np.asarray(found.pop("nth")), return_index=True)
    whole = take(some, nth) | take(found, rows)
    return {f.name: whole[f.name] for f in INDEX}


def _facts(view: View, wanted: Columns) -> Iterator[Columns]:
    version = next((str(r["facts"]) for r in view.results("analyze.paths") if "facts" in r), "")
    files = view.files("facts", stage="analyze.facts", version=version)
    names = ", ".join(f"any_value({name}) as {name}" for name in MEASURED)
    for first in range(0, len(files), _FILES_AT_ONCE):
        scan = view.tables.scan(files[first : first + _FILES_AT_ONCE])
        yield view.tables.query(
            f"select nth, {names} from wanted join {scan} using (blob) where octet_length(signature) = 256"
            " group by nth",
            wanted=wanted,
        )
