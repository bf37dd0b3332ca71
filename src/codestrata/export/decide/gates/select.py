"""The recipe's own condition: SQL over what is known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.decide.schema import DECISIONS
from codestrata.store.columns import Varlen
from codestrata.store.schema import Kind

if TYPE_CHECKING:
    from codestrata.export.decide.verdicts import Verdicts

_WHERE = "setting export.select"
#: Columns of table decisions that are not known before everything is decided.
_LATER = frozenset({"repository_id", "full_name", "commit", "split", "failed", "jaccard"})
_VERDICT = ("kept", "reason", "rule", "value", "threshold", "value_text")
#: The columns that a condition may name, with their kinds.
COLUMNS: dict[str, Kind] = {
    **{
        field.name: field.kind
        for field in DECISIONS
        if field.name not in {*_LATER, *_VERDICT} and not field.name.startswith("survivor")
    },
    "repository": "text",
    "stars": "int64",
    "forks": "int64",
}


def check_select(condition: str) -> None:
    """Raise InvalidInput for a condition that is none, or names what there is not: before any work."""
    if condition:
        from codestrata.store.ask import matching
        from codestrata.store.columns import blank

        matching({name: blank(0, kind) for name, kind in COLUMNS.items()}, condition, _WHERE)


def _judge(found: Verdicts, case: Case) -> None:
    condition = case.settings.select
    if not condition:
        return
    from codestrata.store.ask import matching

    table = {name: column for name, column in case.files.items() if name in COLUMNS}
    index = np.asarray(case.files["snapshot"])
    table["repository"] = Varlen.of(c.full_name for c in case.chosen).take(index)
    for name in ("stars", "forks"):
        table[name] = np.array([getattr(c, name) for c in case.chosen], np.int64)[index]
    unmet = np.ones(len(index), np.bool_)
    unmet[matching(table, condition, _WHERE)] = False
    found.put("select", unmet, rule=condition)


SELECT = Gate(lambda _: [], _judge)
