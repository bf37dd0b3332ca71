"""The ``export.settle`` stage: of rows that are twins, one stays.

One partition, for the answer depends on all rows together. A shape whose rows have a column ``digest`` (a hash of what
a row is about, made so that layout does not change it) is settled. Where twins are to stay, and of files in chunks,
only those go whose twin is in another split. Rows that are whole files, or whole repositories, are settled as files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.limits import threads
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.schema import conform
from codestrata.export.decide.selection import table_file
from codestrata.export.dedup import Clusters, Room
from codestrata.export.settle.near import Texts, near
from codestrata.export.settle.rows import numbered, rank, read
from codestrata.export.settle.schema import SETTLED
from codestrata.export.shape import base
from codestrata.export.shape.stage import shape_of
from codestrata.export.split.shares import SPLITS, asked
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.shape.base import Shape
    from codestrata.settings.export import DedupSettings, ExportSettings

NAME = "export.settle"
DIGEST = "digest"
#: Raise it when the same rows give another table.
VERSION = "2"
_REASONS = ("", "exact_duplicate", "normal_duplicate", "near_duplicate", "leak")


class Settle:
    """Table **samples_<recipe>** → table **settled**, a row for each of its rows, in planned order."""

    name = NAME
    verb = "export"
    unit = "rows"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition over all rows, where there are digests to compare."""
        export = view.settings.export
        shape = shape_of(export.recipe)
        if shape is None or not (by := _by(shape, export)):
            return
        leaks = export.dedup.level == "none" or by != DIGEST
        if leaks and not asked(export.split):
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
                "near": None if leaks else _near(export.dedup),
                "by": by,
                "leaks": leaks,
                "repositories": _order(view),
            },
            title=f"settle {shape.recipe}",
            weight=sum(f.rows for f in files),
        )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Settle."""
        spec = partition.spec
        files = [table_file(base.table(spec["recipe"]), path) for path in spec["files"]]
        rows = read(io.tables, files, spec["text"], spec["by"])
        ranks = rank(rows, {name: place for place, name in enumerate(spec["repositories"])})
        settled = _Settled.leaks(rows, ranks) if spec["leaks"] else _Settled.of(rows, ranks)
        if spec["near"] and spec["text"]:
            texts = Texts.of(io.tables, files, spec["text"])
            settled.near(near(texts, settled.best_first(ranks), rows, spec["near"], _room(io)), ranks)
        io.progress(partition.weight)
        counts = {"rows": float(len(ranks)), "removed": float((settled.reason > 0).sum())}
        return Outcome({"settled": settled.table()}, result={"removed": settled.counted(rows)}, counts=counts)


def _by(shape: Shape, export: ExportSettings) -> str:
    """Give what tells twins, as SQL: the digest of a row, of files in chunks the text; "" where nothing does."""
    if DIGEST in {field.name for field in shape.fields}:
        return DIGEST
    return 'hash("text")' if export.recipe == "fim" and export.fim.chunk else ""


def compared(shape: Shape) -> str:
    """Name the column of a shape's rows that says what they are about: its ``compared``, or ``text``; "" for none."""
    said: str = getattr(shape, "compared", "")
    return said or next((f.name for f in shape.fields if f.name == "text"), "")


def _order(view: View) -> list[str]:
    """Name the repositories from the first choice of a survivor to the last: more stars, more forks, older commits."""
    when = {s.repository_id: s.committed_at for s in view.snapshots()}
    known = [r for r in view.repositories() if r.id in when]
    return [r.full_name for r in sorted(known, key=lambda r: (-r.stars, -r.forks, when[r.id], r.full_name, r.id))]


def _near(settings: DedupSettings) -> dict[str, Any] | None:
    if settings.level != "near":
        return None
    return {"threshold": settings.threshold, "min_words": settings.min_words, "languages": list(settings.languages)}


def _room(io: IO) -> Room:
    return Room(io.scratch, threads(io.settings.engine))


@dataclass(slots=True)
class _Settled:
    """Per row its reason (a place in _REASONS), the row that stays for it (itself where it stays), their Jaccard."""

    reason: NDArray[np.int8]
    best: NDArray[np.int64]
    jaccard: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Columns, ranks: NDArray[np.int64]) -> _Settled:
        """Settle rows of one digest."""
        digest = rows["digest"]
        best = _best(numbered(digest if isinstance(digest, Varlen) else np.asarray(digest, np.uint64)), ranks)
        same = np.asarray(rows["same"], np.uint64)
        gone = best != np.arange(len(best))
        which = np.where(gone, np.where((same == same[best]) & (same != 0), 1, 2), 0)
        return cls(which.astype(np.int8), best, np.where(gone, 1.0, -1.0))

    @classmethod
    def leaks(cls, rows: Columns, ranks: NDArray[np.int64]) -> _Settled:
        """Let rows go that have the digest of one in another split; what is measured by stays."""
        split = np.array([SPLITS.index(word) for word in varlen(rows, "split").strings()], np.int64)
        order = np.empty(len(ranks), np.int64)
        order[np.lexsort((ranks, -split))] = np.arange(len(ranks))
        digest = rows["digest"]
        best = _best(numbered(digest if isinstance(digest, Varlen) else np.asarray(digest, np.uint64)), order)
        gone = split != split[best]
        which = np.where(gone, _REASONS.index("leak"), 0).astype(np.int8)
        return cls(which, np.where(gone, best, np.arange(len(best))), np.where(gone, 1.0, -1.0))

    def best_first(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the rows that stay, from the first choice of a survivor to the last."""
        stay = np.flatnonzero(self.reason == 0)
        return stay[np.argsort(ranks[stay], kind="stable")]

    def near(self, found: Clusters, ranks: NDArray[np.int64]) -> None:
        """Let rows go for near twins, and their copies with them."""
        rows = self.best_first(ranks)
        gone = np.flatnonzero(found.survivor >= 0)
        twin, jaccard = np.full(len(ranks), -1, np.int64), np.full(len(ranks), -1.0)
        twin[rows[gone]], jaccard[rows[gone]] = rows[found.survivor[gone]], found.jaccard[gone]
        far = np.flatnonzero(twin[self.best] >= 0)
        self.reason[far], self.jaccard[far] = _REASONS.index("near_duplicate"), jaccard[self.best[far]]
        self.best[far] = twin[self.best[far]]

    def table(self) -> Columns:
        """Give table **settled**."""
        columns: Columns = {
            "kept": self.reason == 0,
            "reason": Varlen.of(_REASONS).take(self.reason.astype(np.int64)),
            "survivor_row": np.where(self.reason == 0, -1, self.best),
            "jaccard": self.jaccard,
        }
        return conform(columns, SETTLED)

    def counted(self, rows: Columns) -> dict[str, dict[str, int]]:
        """Count rows, and bytes of their texts, by reason."""
        sizes = np.asarray(rows["bytes"], np.int64)
        return {
            reason: {"rows": int(mine.sum()), "bytes": int(sizes[mine].sum())}
            for k, reason in enumerate(_REASONS)
            if k and (mine := self.reason == k).any()
        }


def _best(codes: NDArray[np.int64], ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for every row the best-ranked one of the same number."""
    order = np.lexsort((ranks, codes))
    new = np.ones(len(order), np.bool_)
    new[1:] = codes[order[1:]] != codes[order[:-1]]
    out = np.empty(len(order), np.int64)
    out[order] = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    return out
