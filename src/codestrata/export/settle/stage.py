"""The ``export.settle`` stage: of rows that are twins, one stays.

One partition, for the answer depends on all rows together. A shape whose rows have a column ``digest`` (a hash of what
a row is about, made so that layout does not change it) is settled; others, and pretrain, are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.schema import conform
from codestrata.export.decide.selection import table_file
from codestrata.export.settle.rows import numbered, rank, read
from codestrata.export.settle.schema import SETTLED
from codestrata.export.shape import base
from codestrata.export.shape.stage import shape_of
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.shape.base import Shape

NAME = "export.settle"
#: Raise it when the same rows give another table.
VERSION = "1"
_REASONS = ("", "exact_duplicate", "normal_duplicate", "near_duplicate")


class Settle:
    """Table **samples_<recipe>** → table **settled**, a row for each of its rows, in planned order."""

    name = NAME
    verb = "export"
    unit = "rows"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition over all rows, where there are digests to compare."""
        export = view.settings.export
        shape = shape_of(export.recipe)
        if shape is None or export.dedup.level == "none" or "digest" not in {f.name for f in shape.fields}:
            return
        files = view.planned(base.NAME, base.table(shape.recipe))
        if not sum(f.rows for f in files):
            return
        yield Partition(
            NAME,
            VERSION,
            {
                "recipe": shape.recipe,
                "files": [f.path for f in files if f.rows],
                "text": compared(shape),
                "repositories": _order(view),
            },
            title=f"settle {shape.recipe}",
            weight=sum(f.rows for f in files),
        )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Settle."""
        spec = partition.spec
        files = [table_file(base.table(spec["recipe"]), path) for path in spec["files"]]
        rows = read(io.tables, files, spec["text"])
        ranks = rank(rows, {name: place for place, name in enumerate(spec["repositories"])})
        settled = _settled(rows, ranks)
        io.progress(partition.weight)
        removed = int((~np.asarray(settled["kept"])).sum())
        counts = {"rows": float(len(ranks)), "removed": float(removed)}
        return Outcome({"settled": settled}, result={"removed": _by_reason(settled)}, counts=counts)


def compared(shape: Shape) -> str:
    """Name the column of a shape's rows that says what they are about: its ``compared``, or ``text``; "" for none."""
    said: str = getattr(shape, "compared", "")
    return said or next((f.name for f in shape.fields if f.name == "text"), "")


def _order(view: View) -> list[str]:
    """Name the repositories from the first choice of a survivor to the last: more stars, more forks, older commits."""
    when = {s.repository_id: s.committed_at for s in view.snapshots()}
    known = [r for r in view.repositories() if r.id in when]
    return [r.full_name for r in sorted(known, key=lambda r: (-r.stars, -r.forks, when[r.id], r.full_name, r.id))]


def _settled(rows: Columns, ranks: NDArray[np.int64]) -> Columns:
    digest = rows["digest"]
    best = _best(numbered(digest if isinstance(digest, Varlen) else np.asarray(digest, np.uint64)), ranks)
    same = np.asarray(rows["same"], np.uint64)
    gone = best != np.arange(len(best))
    which = np.where(gone, np.where((same == same[best]) & (same != 0), 1, 2), 0)
    columns: Columns = {
        "kept": ~gone,
        "reason": Varlen.of(_REASONS).take(which),
        "survivor_row": np.where(gone, best, -1),
        "jaccard": np.where(gone, 1.0, -1.0),
    }
    return conform(columns, SETTLED)


def _best(codes: NDArray[np.int64], ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for every row the best-ranked one of the same number."""
    order = np.lexsort((ranks, codes))
    new = np.ones(len(order), np.bool_)
    new[1:] = codes[order[1:]] != codes[order[:-1]]
    out = np.empty(len(order), np.int64)
    out[order] = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    return out


def _by_reason(settled: Columns) -> dict[str, int]:
    reasons = settled["reason"]
    assert isinstance(reasons, Varlen)  # noqa: S101 -- the schema says so
    said = reasons.strings()
    return {reason: said.count(reason) for reason in _REASONS[1:] if reason in set(said)}
