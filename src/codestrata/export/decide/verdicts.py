"""Verdicts: per file the first rule that failed with its figures, and a bit for every rule that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.reasons import BIT, REASONS
from codestrata.store.columns import Columns, Varlen

#: What stands in column ``rule`` before the reason for which the twin that a file went for is not kept itself.
TWIN_GONE = "; the twin itself is left out: "


@dataclass(slots=True)
class Verdicts:
    """What has been found so far about n files. Rules are put in the order of REASONS, so that the first one wins."""

    failed: NDArray[np.uint64]
    reason: NDArray[np.int8]
    value: NDArray[np.float64]
    threshold: NDArray[np.float64]
    rule: NDArray[Any]
    value_text: NDArray[Any]
    asked: int = -1

    @classmethod
    def none(cls, count: int) -> Verdicts:
        """Start with nothing found."""
        return cls(
            np.zeros(count, np.uint64),
            np.full(count, -1, np.int8),
            np.full(count, -1.0),
            np.full(count, -1.0),
            np.full(count, "", object),
            np.full(count, "", object),
        )

    @property
    def clean(self) -> NDArray[np.int64]:
        """List the files that nothing has failed so far."""
        return np.flatnonzero(self.failed == 0)

    def put(
        self,
        reason: str,
        rows: NDArray[Any],
        *,
        rule: str | NDArray[Any] = "",
        value: float | NDArray[Any] = -1.0,
        threshold: float = -1.0,
        text: str | NDArray[Any] = "",
    ) -> None:
        """Say that files (row numbers, or a mask) fail a rule; arrays hold one entry for each of them."""
        bit = BIT[reason]
        if bit < self.asked:
            msg = f"{reason} comes too late"
            raise ValueError(msg)
        self.asked = bit
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        fresh = self.failed[rows] == 0
        first = rows[fresh]
        self.reason[first] = bit
        self.threshold[first] = threshold
        for column, given in ((self.value, value), (self.rule, rule), (self.value_text, text)):
            column[first] = given[fresh] if isinstance(given, np.ndarray) else given
        self.failed[rows] |= np.uint64(1 << bit)

    def follow(self, rows: NDArray[np.int64], twins: NDArray[np.int64]) -> None:
        """Say of files that went for others, where these are not kept either, which rule those fail."""
        both = self.reason[twins] >= 0
        rows, why = rows[both], self.reason[twins[both]].astype(np.int64)
        self.failed[rows] |= np.uint64(1) << why.astype(np.uint64)
        names = np.array([reason.name for reason in REASONS], object)
        self.rule[rows] = self.rule[rows] + TWIN_GONE + names[why]

    def columns(self) -> Columns:
        """Give the columns of table decisions that say what was found."""
        words = ["", *(r.name for r in REASONS)]
        return {
            "kept": self.reason < 0,
            "reason": Varlen.of(words).take(self.reason.astype(np.int64) + 1),
            "rule": Varlen.of(self.rule.tolist()),
            "value": self.value,
            "threshold": self.threshold,
            "value_text": Varlen.of(self.value_text.tolist()),
            "failed": self.failed,
        }
