"""Comment-syntax families as the table of C structures that the native pass reads (``native/text.h``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_measure import decision_hashes
from codestrata.kernels.numpy_words import Hashes
from codestrata.kernels.syntax import Family, Rule

MOST_TRIGGERS: Final = 8
MOST_RULES: Final = 12
_OPERATORS: Final = {"&&": 1, "||": 2, "?": 4, " ? ": 8, "a?b": 16}
_RULE: Final = np.dtype(
    [(name, "u1") for name in ("kind", "where", "nested", "multiline", "escape", "open_size", "close_size", "spare")]
    + [("open", "u1", 8), ("close", "u1", 8)]
)
_FAMILY: Final = np.dtype(
    [(name, "u1") for name in ("rules", "triggers", "ignore_case", "operators", "shift", "decisions")]
    + [("spare", "u1", 2), ("trigger", "u1", MOST_TRIGGERS), ("rule", _RULE, MOST_RULES), ("decision", "u8", 256)]
)


class FamilyTable:
    """All families in one array of structures, each filled in when it is first asked for (1 ms each)."""

    def __init__(self, families: Sequence[Family]) -> None:
        self.rows = np.zeros(len(families), _FAMILY)
        self._families = families
        self._ready: set[int] = set()

    def holding(self, wanted: NDArray[np.uint8]) -> NDArray[Any]:
        """Give the table with these families filled in; ids beyond the table are left alone."""
        for i in np.flatnonzero(np.bincount(wanted, minlength=256)[: len(self.rows)]).tolist():
            if i not in self._ready:
                _fill(self.rows[i], self._families[i])
                self._ready.add(i)
        return self.rows


def _fill(row: Any, family: Family) -> None:
    triggers = _triggers(family)
    if len(family.rules) > MOST_RULES or len(triggers) > MOST_TRIGGERS:
        msg = f"family {family.name} has more than {MOST_RULES} rules or {MOST_TRIGGERS} first bytes"
        raise ValueError(msg)
    row["rules"], row["triggers"], row["ignore_case"] = len(family.rules), len(triggers), family.ignore_case
    row["operators"] = sum(_OPERATORS[operator] for operator in family.operators)
    row["decisions"] = len(family.decisions)
    row["trigger"][: len(triggers)] = list(triggers)
    for place, rule in zip(row["rule"], family.rules, strict=False):
        _put(place, rule)
    row["shift"], row["decision"][:] = _decision_table(family)


def _triggers(family: Family) -> bytes:
    firsts = {rule.open[0] for rule in family.rules}
    if family.ignore_case:
        firsts |= {first.upper() for first in firsts}
    return "".join(sorted(firsts)).encode()


def _put(place: Any, rule: Rule) -> None:
    place["kind"], place["where"] = rule.kind, rule.where
    place["nested"], place["multiline"], place["escape"] = rule.nested, rule.multiline, rule.escape
    for name, mark in (("open", rule.open.encode()), ("close", rule.close.encode())):
        place[f"{name}_size"] = len(mark)
        place[name][: len(mark)] = list(mark)


def _decision_table(family: Family) -> tuple[int, Hashes]:
    """Find eight bits of the hashes that tell all words apart, and put each hash at the place those bits name."""
    hashes = decision_hashes(family)
    for shift in range(57):
        places = (hashes >> np.uint64(shift)) & np.uint64(255)
        if len(set(places.tolist())) == len(hashes):
            table = np.zeros(256, np.uint64)
            table[places.astype(np.int64)] = hashes
            return shift, table
    msg = f"no eight bits tell the decisions of family {family.name} apart"
    raise ValueError(msg)
