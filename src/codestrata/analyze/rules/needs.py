"""Needs: what has to be in a batch for a rule to find anything in it, so that most rules need not be asked.

A need is a set of which one at least is there: a number is a kind of node, a text stands somewhere in the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codestrata.analyze.rules.literals import MOST, Texts, literals
from codestrata.analyze.rules.matchers import (
    ERROR_KIND,
    All,
    Has,
    Inner,
    Kind,
    Leaf,
    Matcher,
    Nth,
    Piece,
    Regex,
    Relation,
    Snippet,
    Some,
)
from codestrata.kernels.nodes.places import PIECE

Need = frozenset[int | bytes]


def needs(matcher: Matcher) -> frozenset[Need]:
    """Give all that has to be there for a matcher to match some node."""
    return frozenset(_needs(matcher))


def near(matcher: Matcher) -> Texts | None:
    """Give texts one of which stands within each node that matches; None where nothing is known."""
    if isinstance(matcher, Regex):
        return literals(matcher.source)
    if isinstance(matcher, Snippet):
        return _telling(_texts(matcher.root))
    if isinstance(matcher, All):
        return _telling(map(near, matcher.parts))
    if isinstance(matcher, Some):
        several = [near(part) for part in matcher.parts]
        known = [texts for texts in several if texts is not None]
        return frozenset().union(*known) if len(known) == len(several) else None
    if isinstance(matcher, Has):
        return near(matcher.other)
    return near(matcher.of) if isinstance(matcher, Nth) and matcher.of is not None else None


def _texts(piece: Piece) -> Iterator[Texts]:
    if isinstance(piece, Leaf) and piece.named and len(piece.text) >= PIECE:
        yield frozenset({piece.text})
    for part in piece.parts if isinstance(piece, Inner) else ():
        yield from _texts(part)


def _telling(several: Iterable[Texts | None]) -> Texts | None:
    """Give the texts that tell most: those that are long, and few."""
    known = [texts for texts in several if texts is not None]
    return max(known, key=lambda texts: (min(map(len, texts), default=0), -len(texts)), default=None)


def _needs(matcher: Matcher) -> Iterator[Need]:
    if isinstance(matcher, Kind):
        yield frozenset(matcher.numbers)
    elif isinstance(matcher, Regex) and (found := literals(matcher.source)) is not None:
        yield frozenset(found)
    elif isinstance(matcher, Snippet):
        yield from _of_piece(matcher.root)
        yield from _texts(matcher.root)
    elif isinstance(matcher, All):
        for part in matcher.parts:
            yield from _needs(part)
    elif isinstance(matcher, Some):
        yield from _of_one([needs(part) for part in matcher.parts])
    elif isinstance(matcher, Relation):
        yield from _needs(matcher.other)
    elif isinstance(matcher, Nth) and matcher.of is not None:
        yield from _needs(matcher.of)


def _of_piece(piece: Piece) -> Iterator[Need]:
    if isinstance(piece, Leaf | Inner):
        yield frozenset({piece.kind, ERROR_KIND})
    for part in piece.parts if isinstance(piece, Inner) else ():
        yield from _of_piece(part)


def _of_one(several: list[frozenset[Need]]) -> Iterator[Need]:
    """Of several of which one has to hold: one need of each, all taken together."""
    if not all(several):
        return
    chosen: Need = frozenset().union(*(max(one, key=tells) for one in several))
    if len(chosen) <= MOST:
        yield chosen


def tells(need: Need) -> tuple[int, int, list[str]]:
    """Say how much a need tells: texts more than kinds, long ones more than short ones, few more than many."""
    texts = [one for one in need if isinstance(one, bytes)]
    return (min(map(len, texts)) if len(texts) == len(need) > 0 else 0), -len(need), sorted(map(str, need))
