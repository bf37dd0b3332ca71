"""What a detector is, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from codestrata.kernels.probes import Form, Probe


class Span(NamedTuple):
    """Bytes ``start`` to ``end`` of a text are private. confidence: 0 to 1."""

    start: int
    end: int
    kind: str
    detector: str
    confidence: float


#: Given a text and the match in it: how sure it is that it is one, 0 to 1. Below LEAST it is none.
Check = Callable[[bytes, re.Match[bytes]], float]
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of private thing, as one party writes it.

    probes: where to look closer; pattern: what must match at the place of a probe, its group 1 (if there is one) is
    what is private; sure: the confidence of a match, unless ``check`` says another; source: who says how it looks.
    """

    name: str
    kind: str
    probes: tuple[Probe, ...]
    pattern: re.Pattern[bytes]
    sure: float = 0.9
    check: Check | None = None
    source: str = ""

    def at(self, text: bytes, place: int) -> Span | None:
        """Give what is private at a place that a probe named."""
        match = self.pattern.match(text, place)
        if match is None:
            return None
        confidence = self.check(text, match) if self.check else self.sure
        if confidence < LEAST:
            return None
        start, end = match.span(self.pattern.groups and 1)
        return Span(start, end, self.kind, self.name, confidence)


__all__ = ["LEAST", "Check", "Detector", "Form", "Probe", "Span"]
