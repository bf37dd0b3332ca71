"""Rules asked of the nodes that they begin with: written down as questions, which the kernel asks of each; as sets, by
:mod:`narrow`, where there is no kernel, or it cannot ask, or few nodes are not worth it.
"""  # noqa: D205 -- one sentence

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from codestrata.analyze.rules.aligning import program
from codestrata.analyze.rules.automata import automaton
from codestrata.analyze.rules.batch import Batch, Set
from codestrata.analyze.rules.beginning import begin
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
from codestrata.analyze.rules.narrow import Narrow, cheapest_first, tied
from codestrata.analyze.rules.searching import FEW
from codestrata.kernels.automata import Automaton
from codestrata.kernels.library import library
from codestrata.kernels.nodes import asking as kernel
from codestrata.kernels.nodes.asking import Questions
from codestrata.kernels.nodes.snippets import Program

T = TypeVar("T")
#: What a matcher is, what it is about, and what is in it.
_Told = tuple[int, tuple[int, int, int], Sequence[Matcher]]
_RELATIONS: dict[type, int] = {
    Inside: kernel.INSIDE,
    Has: kernel.HAS,
    Precedes: kernel.PRECEDES,
    Follows: kernel.FOLLOWS,
}
#: What asking about a set of nodes costs besides, in nodes.
_ONCE = 30
_STOPS = {Stop.NEIGHBOR: kernel.NEIGHBOR, Stop.END: kernel.TO_END}


class _Unknown(Exception):
    """There is something in a rule that the kernel cannot ask."""


def may_match(several: Sequence[tuple[Compiled, Set | None]], batch: Batch) -> list[Set]:
    """Keep of the nodes that each rule begins with those that match, or may; None: any of its kinds may match."""
    begins = [begin(rule, batch) if some is None else some for rule, some in several]
    found: list[Set | None] = [None] * len(several)
    asked = [(i, one) for i, (rule, _) in enumerate(several) if (one := _written(rule, begins[i])) is not None]
    places = [(i, some) for i, _ in asked if (some := begins[i]) is not None]
    answers = kernel.ask([one for _, one in asked], [some for _, some in places], batch.trees) if asked else []
    for (i, some), answer in zip(places, answers, strict=True):
        found[i] = None if answer is None else some[answer]
    return [
        _narrowed(rule, batch, some) if one is None else one
        for (rule, _), some, one in zip(several, begins, found, strict=True)
    ]


def _narrowed(rule: Compiled, batch: Batch, some: Set | None) -> Set:
    narrow = Narrow(batch, tied(rule))
    return narrow.all(rule.matcher) if some is None else narrow.matching(rule.matcher, some)


def _written(rule: Compiled, some: Set | None) -> Questions | None:
    """Write a rule down when it has been asked about so many nodes that this, with its automata, costs less."""
    if some is None or not library():
        return None
    asked = _asked(rule)
    asked[0] += len(some) + _ONCE
    return questions(rule) if asked[0] > FEW else None


@lru_cache(maxsize=1 << 14)
def _asked(_rule: Compiled) -> list[int]:
    return [0]


@lru_cache(maxsize=4096)
def questions(rule: Compiled) -> Questions | None:
    """Write a rule's matcher down; None where names tie its snippets, or an expression has no automaton."""
    if tied(rule):
        return None
    writer = _Writer()
    try:
        writer.write(rule.matcher)
    except _Unknown:
        return None
    return Questions(writer.rows, writer.kinds, writer.automata, writer.snippets)


class _Writer:
    """The rows of a rule so far, and what they are about."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, int, int]] = []
        self.kinds: list[int] = []
        self.automata: list[Automaton] = []
        self.snippets: list[Program] = []

    def write(self, matcher: Matcher) -> None:
        """Add the rows of a matcher. Raises _Unknown."""
        here = len(self.rows)
        self.rows.append((0, 0, 0, 0, 0))
        what, about, parts = self._told(matcher)
        for part in parts:
            self.write(part)
        self.rows[here] = (what, len(self.rows), *about)

    def _told(self, matcher: Matcher) -> _Told:
        """Give what a matcher is, what it is about, and what is in it."""
        if isinstance(matcher, Kind):
            self.kinds += sorted(matcher.numbers)
            return kernel.KIND, (len(self.kinds) - len(matcher.numbers), len(matcher.numbers), 0), ()
        if isinstance(matcher, Regex):
            return kernel.REGEX, (_added(self.automata, automaton(matcher.source)), 0, 0), ()
        if isinstance(matcher, Snippet):
            made = program(matcher)
            return kernel.SNIPPET, (_added(self.snippets, made), matcher.kind, len(made.names) if made else 0), ()
        return _TOLD[type(matcher)](matcher)


def _added(several: list[T], one: T | None) -> int:
    if one is None:
        raise _Unknown
    several.append(one)
    return len(several) - 1


def _nth(matcher: Nth) -> _Told:
    of = () if matcher.of is None else (matcher.of,)
    return kernel.NTH, (matcher.step, matcher.offset, int(matcher.reverse)), of


def _relation(matcher: Relation) -> _Told:
    what = _RELATIONS[type(matcher)]
    if isinstance(matcher.stop, Stop):
        return what, (_STOPS[matcher.stop], matcher.field, 0), (matcher.other,)
    return what, (kernel.UNTIL, matcher.field, 0), (matcher.other, matcher.stop)


_TOLD: dict[type, Callable[[Any], _Told]] = {
    All: lambda matcher: (kernel.ALL, (0, 0, 0), cheapest_first(matcher)),
    Some: lambda matcher: (kernel.ANY, (0, 0, 0), matcher.parts),
    Not: lambda matcher: (kernel.NOT, (0, 0, 0), (matcher.part,)),
    Nth: _nth,
    **dict.fromkeys(_RELATIONS, _relation),
}
