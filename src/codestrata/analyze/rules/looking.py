"""What can be told from a compiled rule before any node is seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from codestrata.analyze.rules.matchers import (
    All,
    Compiled,
    Gap,
    Hole,
    Inner,
    Kind,
    Matcher,
    Not,
    Nth,
    Piece,
    Relation,
    Snippet,
    Some,
    Stop,
)


@lru_cache(maxsize=1 << 14)
def kinds(matcher: Matcher) -> frozenset[int] | None:
    """Give the kinds of all nodes that may match, or None: any may."""
    if isinstance(matcher, Kind):
        return matcher.numbers
    if isinstance(matcher, Snippet):
        number = getattr(matcher.root, "kind", matcher.kind)
        return frozenset({number}) if number >= 0 else None
    if isinstance(matcher, All):
        sets = [known for known in map(kinds, matcher.parts) if known is not None]
        return frozenset.intersection(*sets) if sets else None
    if isinstance(matcher, Some):
        several = [kinds(part) for part in matcher.parts]
        return None if None in several else frozenset().union(*(known for known in several if known))
    if isinstance(matcher, Nth) and matcher.of is not None:
        return kinds(matcher.of)
    return None


def below(matcher: Matcher) -> Iterator[Matcher]:
    """Give the parts of a matcher."""
    if isinstance(matcher, All | Some):
        yield from matcher.parts
    elif isinstance(matcher, Not):
        yield matcher.part
    elif isinstance(matcher, Relation):
        yield matcher.other
        if not isinstance(matcher.stop, Stop):
            yield matcher.stop
    elif isinstance(matcher, Nth) and matcher.of is not None:
        yield matcher.of


def snippets(matcher: Matcher) -> Iterator[Snippet]:
    """Give all snippets in a matcher, as often as they stand there."""
    if isinstance(matcher, Snippet):
        yield matcher
    for part in below(matcher):
        yield from snippets(part)


def names(piece: Piece, *, single: bool = False) -> Iterator[str]:
    """Give the names that a piece of code captures, as often as they stand there; ``single``: those of one node."""
    if isinstance(piece, Inner):
        for part in piece.parts:
            yield from names(part, single=single)
    elif (isinstance(piece, Hole) or (isinstance(piece, Gap) and not single)) and piece.name:
        yield piece.name


@lru_cache(maxsize=1 << 14)
def captured(matcher: Matcher, *, single: bool = False) -> frozenset[str]:
    """Give the names that a match may capture; ``single``: those of one node."""
    return frozenset(name for one in snippets(matcher) for name in names(one.root, single=single))


@lru_cache(maxsize=1 << 14)
def single_snippet(rule: Compiled) -> Snippet | None:
    """Give the snippet that alone captures what a rule captures, at the matching node itself; None if none does."""
    parts = rule.matcher.parts if isinstance(rule.matcher, All) else (rule.matcher,)
    direct = [part for part in parts if isinstance(part, Snippet)]
    capturing = [one for matcher in (rule.matcher, *rule.constraints.values()) for one in _capturing(matcher)]
    return direct[0] if len(direct) == 1 and capturing == direct else None


def _capturing(matcher: Matcher) -> list[Snippet]:
    return [one for one in snippets(matcher) if any(names(one.root))]
