"""Confidence: how far each tier and each cue can be trusted, as measured, and how several are taken together.

The figures are those of docs/evaluation-reasons.md: labels of sentences that were judged by opening their source.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

#: What a tier's words are worth before any cue is seen: how often they are about a decision at all.
PRIORS = {"document": 0.97, "changelog": 0.95, "thread": 0.93, "commit": 0.95, "comment": 0.97, "event": 0.95}
#: Nothing is certain.
MOST = 0.98
#: Quotations below it are not kept.
LEAST = 0.55


def sure(tier: str, posterior: float) -> float:
    """Give the confidence of one quotation: what the tier is worth times how often the cue is right."""
    return min(MOST, PRIORS[tier] * posterior)


def noisy_or(each: Iterable[float]) -> float:
    """Take independent sources together: it is wrong only if all of them are. Source: Pearl (1988), section 4.3."""
    return min(MOST, 1.0 - prod(1.0 - one for one in each))
