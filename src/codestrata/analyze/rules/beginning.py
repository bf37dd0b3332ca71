"""Where to begin with a rule whose matches hold no text that is known: with what is rare of what stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from codestrata.analyze.rules.batch import Batch, Set
from codestrata.analyze.rules.looking import kinds
from codestrata.analyze.rules.matchers import All, Compiled, Has, Inside, Matcher, Stop

#: Nodes so few that all of them are asked about; how many times as many others there have to be to begin with these.
_FEW, _RARE = 1000, 4
Kinds = frozenset[int]


def begin(rule: Compiled, batch: Batch) -> Set | None:
    """Give the nodes that may match, of those of the rule's kinds, where they are few; None where they may be many."""
    anchor = kinds(rule.matcher) or frozenset()
    count = batch.count(anchor)
    if count <= _FEW:
        return batch.of_kinds(anchor)
    near = min(_near(rule.matcher), key=lambda one: batch.count(one[1]), default=None)
    if near is None or batch.count(near[1]) * _RARE > count:
        return None
    relation, known = near
    others = batch.of_kinds(known)
    if relation is Inside:
        return batch.children_of(others, anchor)
    above = batch.unique(batch.parent[others])
    return batch.those_of(above, anchor)


@lru_cache(maxsize=1 << 14)
def _near(matcher: Matcher) -> tuple[tuple[type, Kinds], ...]:
    """Give the kinds of which one is right within, or right around, each node that matches."""
    return tuple(_relations(matcher))


def _relations(matcher: Matcher) -> Iterator[tuple[type, Kinds]]:
    if isinstance(matcher, All):
        for part in matcher.parts:
            yield from _relations(part)
    elif isinstance(matcher, Has | Inside) and matcher.stop is Stop.NEIGHBOR:
        known = kinds(matcher.other)
        if known is not None:
            yield type(matcher), known
