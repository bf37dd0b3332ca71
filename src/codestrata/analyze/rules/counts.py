"""How right a rule was: what it found that was there, found that was not, and missed."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Normal quantile of a 95 % interval.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives of a rule over some labels."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add two counts."""
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """Give the part of what was found that was right; None where nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """Give the part of what was there that was found; None where nothing was there."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def precision_interval(self) -> tuple[float, float]:
        """Give the 95 % interval of precision."""
        return wilson(self.tp, self.tp + self.fp)

    @property
    def recall_interval(self) -> tuple[float, float]:
        """Give the 95 % interval of recall."""
        return wilson(self.tp, self.tp + self.fn)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Give the 95 % interval of a proportion, 0 to 1 without trials. Source: Wilson 1927, JASA 22, 209-212."""
    if not trials:
        return (0.0, 1.0)
    rate, z2 = successes / trials, _Z * _Z
    middle = rate + z2 / (2 * trials)
    spread = _Z * sqrt(rate * (1 - rate) / trials + z2 / (4 * trials * trials))
    scale = 1 + z2 / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
