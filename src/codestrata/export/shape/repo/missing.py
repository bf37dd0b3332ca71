"""What a repository's rows lack: files that would be worth reading, and were left out for another reason."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codestrata.export.decide.reasons import REASONS
from codestrata.export.shape.base import NAME, table
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View

#: Marks of a file's own: what it is, or how good. A file that has one of them is not missed, whatever else it has.
OWN = frozenset(
    {
        *("not_a_file", "lfs", "binary", "encoding", "empty", "language"),
        *("vendored", "generated", "minified", "test", "documentation", "score"),
    }
)
#: Reasons that begin so are marks of its own, too.
_QUALITY = "quality."
#: Why a file is missing that no decision left out: it has one of the words of the recipe in its text.
COLLISION = "word_in_text"


def is_own(reason: str) -> bool:
    """Say whether a reason is a mark of the file's own."""
    return reason in OWN or reason.startswith(_QUALITY)


def missing(view: View) -> Mapping[str, Mapping[str, int]]:
    """Count, for each repository by its id, the files that are missing, by the reason they were left out for.

    Licence, duplicates, size, opt-out, private data, contamination, a condition, a leak, a mixture: what the decision
    says of files that no mark of their own speaks against.
    """
    mask = sum(1 << k for k, reason in enumerate(REASONS) if is_own(reason.name))
    (file,) = view.planned("export.decide", "decisions")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    counted = view.tables.query(f"""
        select repository_id, reason, count(*)::bigint as files from {view.tables.scan([file])}
        where not kept and failed & {mask}::ubigint = 0 group by all order by all""")
    for row in rows_of(counted):
        found[row["repository_id"]][row["reason"]] = row["files"]
    return found


def completeness(view: View) -> dict[str, Any]:
    """Give {repositories, complete, missing} over the rows of the dataset; missing: reason → files, most first."""
    files = view.planned(NAME, table("repo"))
    if not files:
        return {}
    scan = view.tables.scan(files)
    told = list(rows_of(view.tables.query(f"select missing from {scan} where part = 1")))
    counted: Counter[str] = Counter()
    for row in told:
        counted.update(json.loads(row["missing"]))
    return {
        "repositories": len(told),
        "complete": sum(row["missing"] == "{}" for row in told),
        "missing": dict(sorted(counted.items(), key=lambda item: (-item[1], item[0]))),
    }
