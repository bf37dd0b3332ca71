"""The one figure of a file's tokens: as the user's tokenizer counted it where the file is kept, else an estimate.

Of a file that is left out it is always the estimate: which of those a tokenizer has seen is the workspace's history,
and must not show in a dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.report import report
from codestrata.export.tokens.counter import digest_of
from codestrata.export.tokens.stage import NAME, version
from codestrata.model.tokens import ESTIMATE
from codestrata.store.columns import Columns, Varlen

#: Columns that a report needs.
_REPORTED = "size, lines, tokens, kept, reason, language, licence, licence_class, full_name"

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile


def made_by(view: View) -> str:
    """Name what makes the figures of rows: a tokenizer's file, or ESTIMATE."""
    path = view.settings.export.tokens.tokenizer
    return Path(path).name if path else ESTIMATE


def counted(view: View) -> Sequence[TableFile]:
    """Name the files of what the user's tokenizer has counted so far; none where none is named."""
    path = view.settings.export.tokens.tokenizer
    return view.files("token_counts", stage=NAME, version=version(digest_of(path))) if path else ()


def told(view: View, source: str) -> str:
    """Give the SQL that reads table **decisions**, which ``source`` reads, with that figure in column ``tokens``."""
    counts = counted(view)
    if not counts:
        return source
    return (
        f"(select d.* replace (coalesce(t.tokens, d.tokens) as tokens) from {source} d left join"
        f" {view.tables.scan(counts)} t on d.kept and d.blob = t.blob and d.encoding = t.encoding)"
    )


def recounted(view: View) -> dict[str, Any]:
    """Give what a decision's report counts, with these figures; nothing where it has them already."""
    decided = view.planned("export.decide", "decisions")
    if not decided or not counted(view):
        return {}
    return report(view.tables.query(f"select {_REPORTED} from {told(view, view.tables.scan(decided))}"))


def of_file(view: View, decision: Mapping[str, Any], figures: Mapping[str, Any]) -> tuple[int, str]:
    """Give that figure of one file, and what made it; figures: ``figures.tokens`` of the dataset's manifest."""
    counts = view.files("token_counts", stage=NAME, version=version(figures["digest"])) if "digest" in figures else ()
    if decision["kept"] and counts:
        key: Columns = {
            "blob": Varlen.of([decision["blob"]], text=False),
            "encoding": Varlen.of([decision["encoding"]]),
        }
        asked = f"select t.tokens from {view.tables.scan(counts)} t semi join sought using (blob, encoding) limit 1"
        for count in np.asarray(view.tables.query(asked, sought=key)["tokens"]).tolist():
            return int(count), str(figures["by"])
    return int(decision["tokens"]), ESTIMATE
