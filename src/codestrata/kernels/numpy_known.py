"""The twin of ``native/known.c`` in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from codestrata.kernels.known import Known

#: A pair that is missing counts as much as two that are found.
MISSING = 2
#: Below this share of its pairs a text is another text. Measured: dropping 3 % of the words leaves 0.93 and more.
CONTAINED = 0.8
#: The same for texts under ``SHORT`` pairs, where a few words make another text.
CONTAINED_SHORT = 0.9
SHORT = 40
#: How many texts one file may hold; what is left after that is not asked.
MOST = 32


def find(known: Known, words: str) -> list[list[int]]:
    """Give text, start, end, shared, inside and unknown of each text found, in the order found."""
    pairs = _pairs(known, words.split(" "))
    found: list[list[int]] = []
    while len(found) < MOST and (row := _best(known, pairs)):
        found.append(row)
        start, end = row[1:3]
        pairs[start : max(end - 1, start + 1)] = -1
    return found


def _pairs(known: Known, listed: list[str]) -> NDArray[np.int64]:
    """Give the index into ``known.pairs`` of each pair of neighbouring words, -1 where no text has it."""
    numbers = np.array([known.numbers.get(word, 0) for word in listed], np.int64)
    values = numbers[:-1] * (len(known.words) + 1) + numbers[1:]
    found = np.minimum(np.searchsorted(known.pairs, values), len(known.pairs) - 1)
    found[known.pairs[found] != values] = -1
    return found


def _best(known: Known, pairs: NDArray[np.int64]) -> list[int]:
    """Find the text that explains most of what is left; -1 in ``pairs`` explains nothing."""
    text, _ = _winner(known, _distinct(pairs))
    if text < 0:
        return []
    start, end = _stretch(_held(known, text), pairs, int(known.lengths[text]))
    inside = _distinct(pairs[start:end])
    text, shared = _winner(known, inside)
    if text < 0:
        return []
    return [text, start, end + 1, shared, len(inside), int(np.count_nonzero(pairs[start:end] < 0))]


def _distinct(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(pairs[pairs >= 0])


def _winner(known: Known, distinct: NDArray[np.int64]) -> tuple[int, int]:
    """Give the text that explains most of these pairs and how many it holds, (-1, 0) when none is there well enough."""
    counts = np.zeros(len(known.sizes), np.int64)
    for pair in distinct.tolist():
        counts[known.texts[known.starts[pair] : known.starts[pair + 1]]] += 1
    enough = np.where(known.sizes < SHORT, CONTAINED_SHORT, CONTAINED)
    score = counts - MISSING * (known.sizes - counts) + known.bonus
    fit = np.flatnonzero(counts >= enough * known.sizes)
    if not len(fit) or not len(distinct):
        return -1, 0
    best = int(fit[np.argmax(score[fit])])
    return best, int(counts[best])


def _held(known: Known, text: int) -> NDArray[np.bool_]:
    """Mark the pairs that one text holds: bool[m]."""
    marked = np.zeros(len(known.pairs), np.bool_)
    marked[np.searchsorted(known.starts, np.flatnonzero(known.texts == text), side="right") - 1] = True
    return marked


def _stretch(held: NDArray[np.bool_], pairs: NDArray[np.int64], size: int) -> tuple[int, int]:
    """Give the stretch of ``pairs`` where a text of ``size`` pairs is: the densest window, its ends moved to fit.

    The ends go where they make the sum of +1 for a pair of the text and -2 for any other largest, so that the stretch
    takes in words put between the text's own, but not the next copy of the same text.
    """
    hits = held[pairs] & (pairs >= 0)
    window = min(len(pairs), size)
    sums = np.concatenate(([0], np.cumsum(hits)))
    core = int(np.argmax(sums[window:] - sums[: len(sums) - window]))
    first, last = max(0, core - size // 8 - 10), min(len(pairs), core + window + size // 8 + 10)
    scores = np.concatenate(([0], np.cumsum(np.where(hits[first:last], 1, -2))))
    end = int(np.argmax(scores - np.minimum.accumulate(scores)))
    return first + int(np.argmin(scores[: end + 1])), first + end
