"""The recipe's own condition: SQL over what is known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codestrata.export.decide.gates.base import Case, Gate
from codestrata.store.columns import Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.verdicts import Verdicts

_WHERE = "setting export.select"


def _judge(found: Verdicts, case: Case) -> None:
    condition = case.settings.select
    if not condition:
        return
    from codestrata.store.ask import matching

    table = {name: column for name, column in case.files.items() if name not in {"snapshot", "facts"}}
    index = np.asarray(case.files["snapshot"])
    table["repository"] = Varlen.of(c.full_name for c in case.chosen).take(index)
    for name in ("stars", "forks"):
        table[name] = np.array([getattr(c, name) for c in case.chosen], np.int64)[index]
    unmet = np.ones(len(index), np.bool_)
    unmet[matching(table, condition, _WHERE)] = False
    found.put("select", unmet, rule=condition)


SELECT = Gate(lambda _: [], _judge)
