"""A matcher asked of many nodes at once. What :mod:`plain` says of one node is said here of sets, without captures.

Where names tie snippets together (``loose``), the answer is "it may match"; then every node that may is asked plainly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from codestrata.analyze.rules.aligning import aligned
from codestrata.analyze.rules.batch import Batch, Mask, Set
from codestrata.analyze.rules.looking import kinds, names, snippets
from codestrata.analyze.rules.matchers import (
    All,
    Compiled,
    Follows,
    Has,
    Inside,
    Kind,
    Matcher,
    Not,
    Nth,
    Precedes,
    Regex,
    Relation,
    Snippet,
    Some,
    Stop,
)
from codestrata.analyze.rules.searching import searched


@lru_cache(maxsize=4096)
def tied(rule: Compiled) -> frozenset[str]:
    """Give the names that several snippets of a rule capture: these have to agree."""
    several = (rule.matcher, *rule.constraints.values())
    counted = Counter(name for matcher in several for one in snippets(matcher) for name in set(names(one.root)))
    return frozenset(name for name, count in counted.items() if count > 1)


class Narrow:
    """Asks matchers about sets of the nodes of a batch. ``ties``: names that tie snippets of the rule together."""

    def __init__(self, batch: Batch, ties: frozenset[str] = frozenset()) -> None:
        self.batch = batch
        self.ties = ties

    def all(self, matcher: Matcher) -> Set:
        """Give all nodes that match, or may."""
        anchor = kinds(matcher)
        assert anchor is not None  # noqa: S101 -- rules without are refused
        return self.matching(matcher, self.batch.of_kinds(anchor))

    def matching(self, matcher: Matcher, some: Set) -> Set:
        """Keep the nodes that match, or may; the same array where all do."""
        return _KEEPS[type(matcher)](self, matcher, some) if len(some) else some

    def test(self, matcher: Matcher, some: Set) -> Mask:
        """Say of each of some nodes whether it matches."""
        return self.batch.among(self.matching(matcher, some), some)

    def ask(self, matcher: Matcher, any_: Set) -> Mask:
        """Say of each of some nodes, in any order, several times, or -1, whether it matches."""
        return self.batch.among(self.matching(matcher, self.batch.unique(any_)), any_)

    def loose(self, matcher: Matcher) -> bool:
        """Say whether what a matcher says depends on what others have captured."""
        return bool(self.ties) and any(self.ties.intersection(names(one.root)) for one in snippets(matcher))

    def children(self, matcher: Matcher, some: Set) -> Set:
        """Give the children of nodes that a matcher may match by their kind."""
        anchor = kinds(matcher)
        return self.batch.children(some) if anchor is None else self.batch.children_of(some, anchor)

    def around(self, matcher: Matcher, some: Set) -> Set:
        """Give what nodes are in that a matcher may match by its kind."""
        anchor = kinds(matcher)
        return self.batch.ancestors(some) if anchor is None else self.batch.around_of(some, anchor)

    def candidates(self, matcher: Matcher, otherwise: Callable[[], Set]) -> Set:
        """Give all nodes that a matcher may match by their kind; where that says nothing, others."""
        anchor = kinds(matcher)
        return otherwise() if anchor is None else self.batch.of_kinds(anchor)


def kept(some: Set, mask: Mask) -> Set:
    """Keep what a mask says; the same array where that is all of it."""
    return some if mask.all() else some[mask]


def _kind(narrow: Narrow, matcher: Kind, some: Set) -> Set:
    return narrow.batch.those_of(some, matcher.numbers)


def _regex(narrow: Narrow, matcher: Regex, some: Set) -> Set:
    return kept(some, searched(matcher, narrow.batch, some))


def _snippet(narrow: Narrow, matcher: Snippet, some: Set) -> Set:
    if matcher.kind >= 0:
        some = narrow.batch.those_of(some, frozenset({matcher.kind}))
    return kept(some, aligned(matcher, narrow.batch, some)[0])


def _all(narrow: Narrow, matcher: All, some: Set) -> Set:
    for part in cheapest_first(matcher):
        some = narrow.matching(part, some)
    return some


@lru_cache(maxsize=4096)
def cheapest_first(matcher: All) -> tuple[Matcher, ...]:
    """Give the parts that have to hold in the order in which they are asked."""
    return tuple(sorted(matcher.parts, key=_cost))


_DEAR = {Kind: 0, Snippet: 1, Regex: 3}


def _cost(matcher: Matcher) -> int:
    """Give the order in which parts are asked: what is cheap comes first."""
    if isinstance(matcher, Not):
        return _cost(matcher.part)
    if isinstance(matcher, All | Some):
        return max(map(_cost, matcher.parts))
    if isinstance(matcher, Relation):
        return 2 if matcher.stop is Stop.NEIGHBOR and _cost(matcher.other) <= _DEAR[Regex] else 4
    return _DEAR.get(type(matcher), 4)


def _some(narrow: Narrow, matcher: Some, some: Set) -> Set:
    found = [narrow.matching(part, some) for part in matcher.parts]
    return narrow.batch.unique(np.concatenate(found)) if len(found) > 1 else found[0]


def _not(narrow: Narrow, matcher: Not, some: Set) -> Set:
    return some if narrow.loose(matcher) else kept(some, ~narrow.test(matcher.part, some))


def _nth(narrow: Narrow, matcher: Nth, some: Set) -> Set:
    batch = narrow.batch
    above = batch.unique(batch.parent[some])
    siblings = batch.children(above) if matcher.of is None else narrow.children(matcher.of, above)
    siblings = siblings[batch.named(siblings)]
    if matcher.of is not None:
        if narrow.loose(matcher.of):
            return kept(some, batch.among(siblings, some))
        siblings = narrow.matching(matcher.of, siblings)
    if not len(siblings):
        return siblings
    index = _places(batch.parent[siblings], reverse=matcher.reverse)
    if matcher.step == 0:
        fits = index == matcher.offset
    else:
        steps, rest = np.divmod(index - matcher.offset, matcher.step)
        fits = (rest == 0) & (steps >= 0)
    return kept(some, batch.among(siblings[fits], some))


def _places(parents: Set, *, reverse: bool) -> Set:
    """Number nodes, given in order by their parents, among those of the same parent, from 1."""
    order = np.argsort(parents, kind="stable")
    begins = np.flatnonzero(np.diff(parents[order], prepend=-2))
    sizes = np.diff(begins, append=len(order))
    index = np.arange(len(order)) - np.repeat(begins, sizes) + 1
    found = np.empty(len(order), np.int64)
    found[order] = np.repeat(sizes, sizes) - index + 1 if reverse else index
    return found


def _related(narrow: Narrow, matcher: Any, some: Set) -> Set:
    from codestrata.analyze.rules import relations

    return kept(some, relations.test(narrow, matcher, some))


_KEEPS: dict[type, Callable[[Narrow, Any, Set], Set]] = {
    Kind: _kind,
    Regex: _regex,
    Snippet: _snippet,
    All: _all,
    Some: _some,
    Not: _not,
    Nth: _nth,
    **dict.fromkeys((Inside, Has, Precedes, Follows), _related),
}
