"""Relations between sets of nodes: what lies within, holds, comes before or behind. Subtrees are ranges of indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.analyze.rules.batch import Mask, Set
from codestrata.analyze.rules.matchers import Follows, Has, Inside, Matcher, Precedes, Relation, Stop

if TYPE_CHECKING:
    from codestrata.analyze.rules.narrow import Narrow


def test(narrow: Narrow, matcher: Relation, some: Set) -> Mask:
    """Say of each of some nodes whether it stands in a relation."""
    if not len(some):
        return np.zeros(0, np.bool_)
    found: Mask = _TESTS[type(matcher)](narrow, matcher, some)
    return found


def _inside(narrow: Narrow, matcher: Inside, some: Set) -> Mask:
    batch = narrow.batch
    if matcher.stop is Stop.NEIGHBOR:
        found = narrow.ask(matcher.other, batch.parent[some])
        return found & batch.among(batch.firsts(matcher.field), some) if matcher.field else found
    outer = narrow.matching(matcher.other, narrow.around(matcher.other, some))
    if matcher.field:
        inner = batch.firsts(matcher.field)
        inner = inner[batch.among(outer, batch.parent[inner])]
        starts, stops = inner, batch.after[inner]
    else:
        inner, starts, stops = outer, outer + 1, batch.after[outer]
    if matcher.stop is Stop.END:
        return batch.covered(some, starts, stops)
    last = batch.nearest(_stops(narrow, matcher.stop, narrow.around(matcher.stop, some)), some)
    if not matcher.field:
        nearest = batch.nearest(inner, some)
        return (nearest >= 0) & (nearest >= last)
    # what a node is in by the field, itself included
    nearest = np.where(batch.among(inner, some), some, batch.nearest(inner, some))
    return (nearest >= 0) & (batch.parent[nearest] >= last)


def _stops(narrow: Narrow, stop: Matcher, some: Set) -> Set:
    """Give the nodes that stop a search; none where that depends on captures, so that it goes on."""
    if narrow.loose(stop):
        return np.zeros(0, np.int64)
    return narrow.matching(stop, some)


def _has(narrow: Narrow, matcher: Has, some: Set) -> Mask:
    batch = narrow.batch
    if matcher.field:
        return _has_by_field(narrow, matcher, some)
    if matcher.stop is Stop.NEIGHBOR:
        inner = narrow.matching(matcher.other, narrow.children(matcher.other, some))
        return batch.among(batch.parent[inner], some)
    inner = narrow.candidates(matcher.other, lambda: batch.descendants(some))
    inner = narrow.matching(matcher.other, batch.within(inner, some))
    if matcher.stop is Stop.END:
        return np.searchsorted(inner, some, "right") < np.searchsorted(inner, batch.after[some])
    around = batch.within(narrow.around(matcher.stop, inner), some)
    between = batch.nearest(_stops(narrow, matcher.stop, around), inner)
    return _least(between, np.searchsorted(inner, some, "right"), np.searchsorted(inner, batch.after[some])) <= some


def _least(values: Set, starts: Set, stops: Set) -> Set:
    """Give the least value of each range; of an empty one more than any index."""
    most = np.iinfo(np.int64).max
    found = np.full(len(starts), most, np.int64)
    full = np.flatnonzero(starts < stops)
    if len(full):
        pairs = np.stack((starts[full], stops[full]), axis=1).ravel()
        found[full] = np.minimum.reduceat(np.append(values, most), pairs)[::2]
    return found


def _has_by_field(narrow: Narrow, matcher: Has, some: Set) -> Mask:
    batch = narrow.batch
    tops = batch.tops(some, matcher.field)
    if matcher.stop is Stop.NEIGHBOR:
        return batch.among(batch.parent[narrow.matching(matcher.other, tops)], some)
    if matcher.stop is Stop.END:
        inner = batch.within(
            narrow.candidates(matcher.other, lambda: batch.unique(np.concatenate((tops, batch.descendants(tops))))),
            tops,
        )
        inner = narrow.matching(matcher.other, inner)
        found = np.searchsorted(inner, tops) < np.searchsorted(inner, batch.after[tops])
    else:
        found = narrow.test(matcher.other, tops)
        left = np.flatnonzero(~found)
        left = left[~batch.among(_stops(narrow, matcher.stop, tops[left]), tops[left])]
        found[left] = test(narrow, Has(matcher.other), tops[left])
    return batch.among(batch.parent[tops[found]], some)


def _beside(narrow: Narrow, matcher: Precedes | Follows, some: Set) -> Mask:
    batch, later = narrow.batch, isinstance(matcher, Precedes)
    above = batch.parent[some]
    if matcher.stop is Stop.NEIGHBOR:
        return narrow.ask(matcher.other, _next(narrow, some) if later else _before(narrow, some))
    parents = batch.unique(above)
    others = narrow.matching(matcher.other, narrow.children(matcher.other, parents))
    nearest = _sibling(narrow, others, some, later=later)
    if matcher.stop is Stop.END:
        return nearest >= 0
    last = _sibling(narrow, _stops(narrow, matcher.stop, batch.children(parents)), some, later=later)
    return (nearest >= 0) & ((last < 0) | ((nearest <= last) if later else (nearest >= last)))


def _next(narrow: Narrow, some: Set) -> Set:
    batch = narrow.batch
    above = batch.parent[some]
    return np.where((above >= 0) & (batch.after[some] < batch.after[above]), batch.after[some], -1)


def _before(narrow: Narrow, some: Set) -> Set:
    """Give the sibling right before each node, or -1: what the node before it is in, on the same level."""
    parent = narrow.batch.parent
    above = parent[some]
    found = np.where((above >= 0) & (some != above + 1), some - 1, -1)
    left = np.flatnonzero(found >= 0)
    while len(left := left[parent[found[left]] != above[left]]):
        found[left] = parent[found[left]]
    return found


def _sibling(narrow: Narrow, others: Set, some: Set, *, later: bool) -> Set:
    """Give the nearest of other nodes that comes behind each node (or before it) among its siblings, or -1."""
    parent, count = narrow.batch.parent, len(narrow.batch.nodes) + 1
    if not len(others):
        return np.full(len(some), -1, np.int64)
    keys = np.sort((parent[others] + 1) * count + others)
    asked = (parent[some] + 1) * count + some
    at = np.searchsorted(keys, asked, "right") if later else np.searchsorted(keys, asked) - 1
    key = keys[np.clip(at, 0, len(keys) - 1)]
    fits = (at >= 0) & (at < len(keys)) & (key // count == parent[some] + 1) & (parent[some] >= 0)
    return np.where(fits, key % count, -1)


_TESTS: dict[type, Any] = {Inside: _inside, Has: _has, Precedes: _beside, Follows: _beside}
