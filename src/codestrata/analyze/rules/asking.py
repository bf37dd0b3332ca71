"""Rules written down as questions that the kernel asks of nodes one by one; what only :mod:`narrow` can ask is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from codestrata.analyze.rules.aligning import program
from codestrata.analyze.rules.automata import automaton
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
from codestrata.analyze.rules.narrow import cheapest_first, tied
from codestrata.kernels import asking as kernel
from codestrata.kernels.asking import Questions
from codestrata.kernels.automata import Automaton
from codestrata.kernels.snippets import Program

T = TypeVar("T")
#: What a matcher is, what it is about, and what is in it.
_Told = tuple[int, tuple[int, int, int], Sequence[Matcher]]
_RELATIONS: dict[type, int] = {
    Inside: kernel.INSIDE,
    Has: kernel.HAS,
    Precedes: kernel.PRECEDES,
    Follows: kernel.FOLLOWS,
}
_STOPS = {Stop.NEIGHBOR: kernel.NEIGHBOR, Stop.END: kernel.TO_END}


class _Unknown(Exception):
    """There is something in a rule that the kernel cannot ask."""


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
