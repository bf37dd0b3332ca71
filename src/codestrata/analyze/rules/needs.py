"""Needs: what has to be in a batch for a rule to find anything in it, so that most rules need not be asked.

A need is a set of which one at least is there: a number is a kind of node, a text stands somewhere in the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules.literals import MOST, literals
from codestrata.analyze.rules.matchers import (
    ERROR_KIND,
    All,
    Compiled,
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
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.grams import GRAM, among, grams, hashes

Need = frozenset[int | bytes]


def needs(matcher: Matcher) -> frozenset[Need]:
    """Give all that has to be there for a matcher to match some node."""
    return frozenset(_needs(matcher))


def _needs(matcher: Matcher) -> Iterator[Need]:
    if isinstance(matcher, Kind):
        yield frozenset(matcher.numbers)
    elif isinstance(matcher, Regex) and (found := literals(matcher.source)) is not None:
        yield frozenset(found)
    elif isinstance(matcher, Snippet):
        yield from _of_piece(matcher.root)
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
    if isinstance(piece, Leaf) and piece.named and len(piece.text) >= GRAM:
        yield frozenset({piece.text})
    for part in piece.parts if isinstance(piece, Inner) else ():
        yield from _of_piece(part)


def _of_one(several: list[frozenset[Need]]) -> Iterator[Need]:
    """Of several of which one has to hold: one need of each, all taken together."""
    if not all(several):
        return
    chosen: Need = frozenset().union(*(max(one, key=_tells) for one in several))
    if len(chosen) <= 4 * MOST:
        yield chosen


def _tells(need: Need) -> tuple[int, int, list[str]]:
    """Say how much a need tells: texts more than kinds, long ones more than short ones, few more than many."""
    texts = [one for one in need if isinstance(one, bytes)]
    return (min(map(len, texts)) if len(texts) == len(need) > 0 else 0), -len(need), sorted(map(str, need))


@dataclass(frozen=True, slots=True)
class Needed:
    """The needs of many rules, flat. A filter's answers are those of ``hashes``, and a last one that is yes; a text is
    there when those of ``grams`` from its place in ``texts`` on are yes. What may be there: texts, ``kinds``, then no
    and yes. Of these ``some`` are those of a need, from its place in ``needs`` on, and of needs ``all``, from a rule's
    place in ``rules`` on.
    """  # noqa: D205 -- one sentence too long

    hashes: NDArray[np.int64]
    texts: NDArray[np.int64]
    kinds: NDArray[np.int64]
    some: NDArray[np.int64]
    needs: NDArray[np.int64]
    all: NDArray[np.int64]
    rules: NDArray[np.int64]

    @classmethod
    def of(cls, rules: Mapping[int, Compiled]) -> Needed:
        """Write the needs of rules down, in their order."""
        several = [sorted(needs(rule.matcher), key=_tells) for rule in rules.values()]
        known = {need: i for i, need in enumerate(dict.fromkeys(need for one in several for need in one))}
        items = sorted({one for need in known for one in need}, key=lambda one: (isinstance(one, int), one))
        texts = [one for one in items if isinstance(one, bytes)]
        number = {one: i for i, one in enumerate(items)}
        no, yes = len(items), len(items) + 1
        every_piece = hashes(np.frombuffer(b"".join(texts), np.uint8))
        begins = [0, *accumulate(map(len, texts))]
        parts = [every_piece[a : b - GRAM + 1] for a, b in pairwise(begins)]
        some = [[number[one] for one in need] or [no] for need in known] + [[yes]]
        every = [[known[need] for need in one] or [len(known)] for one in several]
        return cls(
            np.concatenate([np.zeros(0, np.int64), *parts]),
            _places(parts),
            np.array(items[len(texts) :], np.int64),
            np.array([one for row in some for one in row], np.int64),
            _places(some),
            np.array([one for row in every for one in row], np.int64),
            _places(every),
        )

    def met(self, nodes: Nodes) -> NDArray[np.bool_]:
        """Say of each rule whether all that it needs may be in a batch."""
        texts = _reduced(np.logical_and, among(grams(nodes.arena), self.hashes), self.texts)
        there = np.concatenate((texts, nodes.has(self.kinds), [False, True]))
        return _reduced(np.logical_and, _reduced(np.logical_or, there[self.some], self.needs)[self.all], self.rules)


def _places(rows: list[Any]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, rows)], dtype=np.int64)[:-1]


def _reduced(how: np.ufunc, values: NDArray[np.bool_], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(how.reduceat(values, places), np.bool_) if len(places) else np.zeros(0, np.bool_)
