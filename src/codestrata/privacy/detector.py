"""What a detector is, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from codestrata.kernels.probes import Probe


class Span(NamedTuple):
    """Bytes ``start`` to ``end`` of a text are private. confidence: 0 to 1."""

    start: int
    end: int
    kind: str
    detector: str
    confidence: float


#: Given a text and the match in it: how sure it is that it is one, 0 to 1. Below LEAST it is none.
Check = Callable[[bytes, re.Match[bytes]], float]
#: Given a text and the match in it: start, end and confidence of what is private around it.
Find = Callable[[bytes, re.Match[bytes]], Iterable[tuple[int, int, float]]]
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of private thing, as one party writes it.

    probes: where to look closer; pattern: what must match at the place of a probe, the group that is there (if there
    is one) is what is private; check: how sure that is; find: in the place of both, for what holds several or lies
    around the match; source: who says how it looks.
    """

    name: str
    kind: str
    probes: tuple[Probe, ...]
    pattern: re.Pattern[bytes]
    check: Check | None = None
    find: Find | None = None
    source: str = ""

    def at(self, text: bytes, place: int) -> Iterator[Span]:
        """Give what is private at a place that a probe named."""
        match = self.pattern.match(text, place)
        if match is None:
            return
        if self.find is not None:
            for start, end, sure in self.find(text, match):
                yield Span(start, end, self.kind, self.name, sure)
        elif self.check is not None:
            sure = self.check(text, match)
            if sure >= LEAST:
                yield Span(*match.span(match.lastindex or 0), self.kind, self.name, sure)


__all__ = ["LEAST", "Check", "Detector", "Find", "Probe", "Span"]
