"""Putting the decisions table together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.schema import DECISIONS, conform
from codestrata.export.split.shares import SPLITS
from codestrata.store.columns import Columns, Varlen, concat

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.twins import Twins
    from codestrata.export.decide.verdicts import Verdicts

_FIGURES = (
    "size",
    "lines",
    "blank_lines",
    "comment_lines",
    "max_line",
    "tokens",
    "complexity",
    "chars",
    "alnum",
    "alpha",
)
_SAME = (
    *("path", "mode", "blob", "encoding", "language", "vendored", "test", "documentation", "generated", "minified"),
    *("licence", "licence_class", "licence_source", "licence_method", "licence_confidence", "redactions", "score"),
)


def decisions(
    files: Columns, chosen: Sequence[Chosen], found: Verdicts, twins: Twins, split: NDArray[np.int8]
) -> Columns:
    """Give table decisions; ``files`` is emptied on the way, so that nothing is held twice for long.

    split: of each file, a place in SPLITS; what is not kept has none.
    """
    snapshot = np.asarray(files.pop("snapshot"))
    out: Columns = {
        "repository_id": Varlen.of(c.repository_id for c in chosen).take(snapshot),
        "full_name": Varlen.of(c.full_name for c in chosen).take(snapshot),
        "commit": Varlen.of(c.commit for c in chosen).take(snapshot),
    }
    out |= {name: files.pop(name) for name in _SAME}
    out |= {name: np.asarray(files.pop(name)).astype(np.int64) for name in _FIGURES}
    files.clear()
    out |= found.columns()
    out["split"] = Varlen.of(["", *SPLITS]).take(np.where(np.asarray(out["kept"]), split.astype(np.int64) + 1, 0))
    out |= _survivors(out, twins)
    return conform(out, DECISIONS)


def _survivors(rows: Columns, twins: Twins) -> Columns:
    return {
        "survivor_row": twins.row,
        "jaccard": twins.jaccard,
        "survivor_repository": _of_twin(rows, "full_name", twins, "repository"),
        "survivor_path": _of_twin(rows, "path", twins, "path"),
        "survivor_blob": _of_twin(rows, "blob", twins, "blob"),
    }


def _of_twin(rows: Columns, name: str, twins: Twins, theirs: str) -> Varlen:
    """Give each row its twin's entry, here or in an earlier dataset, or nothing."""
    column, row = varlen(rows, name), twins.row
    if twins.earlier:
        both = concat([{"_": column}, {"_": twins.earlier[theirs]}])["_"]
        assert isinstance(both, Varlen)  # noqa: S101 -- both parts are
        column, row = both, np.where(twins.old >= 0, len(row) + twins.old, row)
    has = row >= 0
    named = column.take(row[has])
    lengths = np.zeros(len(row), np.int64)
    lengths[has] = np.diff(named.offsets)
    return Varlen(np.concatenate([[0], np.cumsum(lengths)]), named.data, text=column.text)
