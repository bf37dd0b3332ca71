"""Which SPDX texts a text contains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from codestrata.analyze.licence.index import load
from codestrata.analyze.licence.words import read

#: Characters of a text that is remembered: the licences that stand in headers.
_SHORT = 4000


@dataclass(frozen=True, slots=True)
class Match:
    """One licence text found in words[start:end]; confidence is the Dice coefficient of pairs there, 0 to 1."""

    id: str
    confidence: float
    start: int
    end: int


def find(text: str) -> list[Match]:
    """Find every SPDX text in a text, in the order of their places."""
    return find_in(read(text).text)


def find_in(words: str) -> list[Match]:
    """Find every SPDX text in normalised words, joined by spaces."""
    return list((_remembered if len(words) <= _SHORT else _found)(words))


def _found(words: str) -> list[Match]:
    index = load()
    out = []
    for found in index.known.find(words):
        dice = 2 * found.shared / (int(index.known.sizes[found.text]) + found.inside + found.unknown)
        out.append(Match(index.ids[found.text], round(dice, 3), found.start, found.end))
    return out


_remembered = lru_cache(maxsize=512)(_found)
