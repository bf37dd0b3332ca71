"""Confidence: how far each tier and each cue can be trusted, as measured, and how several are taken together.

The figures are those of docs/evaluation-reasons.md: labels of sentences that were judged by opening their source.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import prod

#: What a tier's words are worth before any cue is seen: how often they are about a decision at all.
PRIORS = {"document": 0.97, "changelog": 0.95, "thread": 0.93, "commit": 0.95, "comment": 0.97, "event": 0.95}
#: Nothing is certain.
MOST = 0.98
#: Quotations below it are not kept.
LEAST = 0.65
#: What the product of prior and posterior is worth, by the labels of the tuning set; straight lines in between.
_CALIBRATION = ((0.0, 0.0), (0.55, 0.65), (0.7, 0.71), (0.78, 0.84), (0.82, 0.89), (0.89, 0.93), (1.0, 0.98))


@lru_cache(maxsize=1 << 12)
def sure(tier: str, posterior: float) -> float:
    """Give the confidence of one quotation: what the tier is worth times how often the cue is right, calibrated."""
    return calibrated(PRIORS[tier] * posterior)


def calibrated(raw: float) -> float:
    """Give how often what is so confident turns out right, by bins made monotone (Zadrozny and Elkan, 2002)."""
    for (low, least), (high, most) in pairwise(_CALIBRATION):
        if raw <= high:
            return least + (most - least) * (raw - low) / (high - low)
    return MOST


def noisy_or(each: Iterable[float]) -> float:
    """Take independent sources together: it is wrong only if all of them are. Source: Pearl (1988), section 4.3."""
    return min(MOST, 1.0 - prod(1.0 - one for one in each))
