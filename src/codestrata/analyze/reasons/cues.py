"""Cues: the words by which people say why, what else they thought of, what bound them, and what it cost.

They are data (``data/cues.toml``), each with a posterior: how often a sentence with it tells what its field says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Cue:
    """Words (patterns) that make a sentence tell a field; how often it truly does in a message, and in a comment."""

    name: str
    field: str
    patterns: tuple[str, ...]
    posterior: float
    in_comments: float

    def of(self, tier: str) -> float:
        """Give how often it is right in a tier."""
        return self.in_comments if tier == "comment" else self.posterior


#: Who decides.
_WE = "(?:we|i|they|one)"
#: What may stand between two words: in comments, the marks of the next line too.
_BETWEEN = r"[\s*/#;]+"


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue at a place of a text."""

    start: int
    end: int
    cue: Cue


@cache
def cues() -> tuple[Cue, ...]:
    """Give all cues."""
    data = tomllib.loads((files("codestrata.analyze.reasons") / "data" / "cues.toml").read_text("utf-8"))
    return tuple(
        Cue(c["name"], c["field"], tuple(c["patterns"]), c["posterior"], c["in_comments"]) for c in data["cue"]
    )


@cache
def posteriors() -> Mapping[tuple[str, str], float]:
    """Give the posterior of each cue in comments, by its name and field."""
    return {(cue.name, cue.field): cue.in_comments for cue in cues()}


def _loose(cue: Cue) -> str:
    whole = "|".join(cue.patterns).replace("WE", _WE)
    return whole.replace("[- ]", r"[-\s]").replace(" ", _BETWEEN)


@cache
def _together(tier: str) -> Any:
    """Compile all of them into one matcher that reads a text once."""
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    whole = "|".join(f"(?:{_loose(cue)})" for cue in cues() if cue.of(tier))
    return re2.compile(rf"\b(?:{whole})\b".encode(), options)


@cache
def _singly() -> tuple[tuple[re.Pattern[bytes], Cue], ...]:
    return tuple((re.compile(rf"(?:{_loose(cue)})\b".encode(), re.IGNORECASE), cue) for cue in cues())


@lru_cache(1 << 14)
def _which(words: bytes) -> Cue:
    """Give the cue of some words: the one that takes most of them."""
    ends = [(found.end(), -i, cue) for i, (one, cue) in enumerate(_singly()) if (found := one.match(words))]
    return max(ends, key=lambda end: end[:2])[2] if ends else cues()[0]


def hits(text: bytes, tier: str) -> Iterator[Hit]:
    """Find every cue of a tier in a text, in its order; they do not overlap."""
    for found in _together(tier).finditer(text):
        start, end = found.span()
        yield Hit(start, end, _which(text[start:end]))
