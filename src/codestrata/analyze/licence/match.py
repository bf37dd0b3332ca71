"""Which SPDX texts a text contains: pairs of neighbouring words, compared with all of them at once.

The licence that explains most wins: pairs found, less twice the pairs missing, plus a little for the licences everybody
uses, which keeps near-identical variants (BSD-3-Clause-HP, X11, …) for the texts that really say so. The stretch that
holds the match is then taken out and the rest is asked again, so that a file with three licences gives three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence.index import Index, load
from codestrata.analyze.licence.words import words

#: A pair that is missing counts as much as two that are found.
MISSING = 2
#: Below this share of its pairs a text is another text. Measured: dropping 3 % of the words leaves 0.93 and more.
CONTAINED = 0.8
#: The same for texts under ``SHORT`` pairs, where a few words make another licence.
CONTAINED_SHORT = 0.9
SHORT = 40
#: How many texts one file may hold; what is left after that is not asked.
MOST = 32
#: Pairs given to the licences everybody uses.
USUAL = 4
_USUAL = {
    *("0BSD", "AGPL-3.0-only", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "EPL-2.0"),
    *("GPL-2.0-only", "GPL-3.0-only", "HPND", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "MIT", "MPL-2.0", "OFL-1.1"),
    *("PSF-2.0", "Python-2.0", "Unlicense", "WTFPL", "Zlib"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """One licence text found in words[start:end]; confidence is the Dice coefficient of pairs there, 0 to 1."""

    id: str
    confidence: float
    start: int
    end: int


def find(text: str) -> list[Match]:
    """Find every SPDX text in a text, in the order of their places."""
    return find_in(words(text))


def find_in(listed: Sequence[str]) -> list[Match]:
    """Find every SPDX text in normalised words."""
    if not listed:
        return []
    index = load()
    pairs = index.pairs(listed)
    found: list[Match] = []
    while len(found) < MOST and (match := _best(index, pairs)) is not None:
        found.append(match)
        pairs[match.start : max(match.end - 1, match.start + 1)] = -1
    return sorted(found, key=lambda match: match.start)


def _best(index: Index, pairs: NDArray[np.int64]) -> Match | None:
    """Find the licence that explains most of what is left; -1 in ``pairs`` explains nothing."""
    known = _distinct(pairs)
    text = _winner(index, known)
    if text < 0:
        return None
    start, end = _stretch(index.text_pairs(text), pairs, int(index.lengths[text]))
    inside = _distinct(pairs[start:end])
    text = _winner(index, inside)
    if text < 0:
        return None
    shared = int(np.count_nonzero(index.text_pairs(text)[inside]))
    unknown = int(np.count_nonzero(pairs[start:end] < 0))
    dice = 2 * shared / (int(index.sizes[text]) + len(inside) + unknown)
    return Match(index.ids[text], round(dice, 3), start, end + 1)


def _distinct(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the known pairs once each, sorted (``np.unique`` would import numpy.ma for 40 ms)."""
    known: NDArray[np.int64] = np.sort(pairs[pairs >= 0])
    first = np.concatenate((np.ones(min(1, len(known)), np.bool_), known[1:] != known[:-1]))
    return np.compress(first, known)


def _winner(index: Index, known: NDArray[np.int64]) -> int:
    """Give the text that explains most of these pairs, or -1 when none is there well enough."""
    if not len(known):
        return -1
    shared = index.shared(known)
    enough = np.where(index.sizes < SHORT, CONTAINED_SHORT, CONTAINED)
    score = shared - MISSING * (index.sizes - shared) + _usual()
    score[shared < enough * index.sizes] = np.iinfo(np.int64).min
    best = int(np.argmax(score))
    return best if shared[best] >= enough[best] * index.sizes[best] else -1


def _stretch(held: NDArray[np.bool_], pairs: NDArray[np.int64], size: int) -> tuple[int, int]:
    """Give the stretch of ``pairs`` where a text of ``size`` pairs is: the densest window, its ends moved to fit.

    The ends go where they make the sum of +1 for a pair of the text and -2 for any other largest, so that the stretch
    takes in words put between the licence's own, but not the next copy of the same licence.
    """
    hits = held[pairs] & (pairs >= 0)
    window = min(len(pairs), size)
    sums = np.concatenate(([0], np.cumsum(hits)))
    core = int(np.argmax(sums[window:] - sums[: len(sums) - window]))
    first, last = max(0, core - size // 8 - 10), min(len(pairs), core + window + size // 8 + 10)
    scores = np.concatenate(([0], np.cumsum(np.where(hits[first:last], 1, -2))))
    end = int(np.argmax(scores - np.minimum.accumulate(scores)))
    return first + int(np.argmin(scores[: end + 1])), first + end


@cache
def _usual() -> NDArray[np.int64]:
    bonus: NDArray[np.int64] = np.array([USUAL if id_ in _USUAL else 0 for id_ in load().ids], np.int64)
    return bonus
