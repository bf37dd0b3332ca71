"""What was measured of our rules: the floor that tests defend, and the confidence that follows from it.

``data/scores.json`` has, by rule and source, what was counted. A source is **planted** where we wrote the programs
ourselves: it says that a rule works, not how often it is right in the code of others. Sources of the other kind, real
code judged by a reader or by a real tool, are **field** sources: confidence follows from these alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from codestrata.analyze.records import TIERS
from codestrata.analyze.rules.counts import Counts
from codestrata.analyze.rules.rule import Rule

FLOOR = Path(__file__).parent / "data" / "scores.json"
#: Judged places that a tier's confidence counts as. Where each of 2,010 judgements is predicted from the others, 2 to 5
#: predict best; places of one rule often lie in few repositories and say less than as many others, so not the fewest.
PRIOR = 4


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where labels came from. ``field``: real code, judged by somebody who did not write it for the rule."""

    says: str
    date: str
    field: bool
    scores: dict[str, tuple[int, int, int]]

    def counts(self, rule: str) -> Counts:
        """Give what was counted of a rule."""
        return Counts(*self.scores.get(rule, (0, 0, 0)))


@cache
def floor() -> Mapping[str, Source]:
    """Read what was measured of our rules, by the name of the source."""
    return msgspec.json.decode(FLOOR.read_bytes(), type=dict[str, Source])


def measured(rule: Rule) -> Counts:
    """Add what was counted of one of our rules in the code of others; of another's rule nothing is known."""
    found = Counts()
    if not rule.pack:
        for source in floor().values():
            if source.field:
                found += source.counts(rule.id)
    return found


def confidence(rule: Rule) -> float:
    """Give the confidence in a rule, 0 to 1.

    The mean of Beta(tp + p * t, fp + p * (1 - t)): its precision after what was seen of it in the code of others, with
    the confidence t of its tier as what was thought before, worth p = ``PRIOR`` places. Source: Gelman et al., Bayesian
    Data Analysis (3rd edition, 2013), section 2.4.
    """
    seen = measured(rule)
    return (seen.tp + PRIOR * TIERS[rule.tier]) / (seen.tp + seen.fp + PRIOR)
