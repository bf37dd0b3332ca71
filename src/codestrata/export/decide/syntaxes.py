"""Files of one syntax: their trees are the same but for comments and layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.store.columns import Columns

if TYPE_CHECKING:
    from codestrata.store.tables import Tables

#: Named nodes below which trees are alike by chance: a file of comments and one import; as for definitions in clusters.
LEAST = 12


def syntaxes(tables: Tables, trees: Sequence[str], files: Columns, rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Number the syntaxes of some rows: int64, -1 for one without a tree, or with a broken or a tiny one.

    trees: files of table **trees**; None without any.
    """
    if not trees:
        return None
    wanted: Columns = {
        "blob": varlen(files, "blob").take(rows),
        "language": varlen(files, "language").take(rows),
        "nth": np.arange(len(rows)),
    }
    found = tables.query(
        f"""select nth, (dense_rank() over (order by syntax_hash, nodes) - 1)::bigint as syntax
            from wanted join (select distinct blob, language, syntax_hash, nodes from {tables.scan(trees)}
                              where nodes >= {LEAST} and error_bytes = 0) using (blob, language)""",
        wanted=wanted,
    )
    out = np.full(len(rows), -1, np.int64)
    out[np.asarray(found["nth"])] = np.asarray(found["syntax"])
    return out
