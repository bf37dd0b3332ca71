"""A small naive Bayes classifier that picks among the languages a file's name allows.

Multinomial naive Bayes over hashed tokens with damped counts (1 + ln n). All arithmetic after training is in integers,
so a sum does not depend on its order, the machine or the library. The shipped weights are made from token counts over
Linguist's samples.
Source: Rennie et al., "Tackling the poor assumptions of naive Bayes text classifiers", ICML 2003, §4.1 (damping).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from math import log
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.language.tokens import CONSIDERED_BYTES, FEATURES, features

SMOOTHING = 0.1
"""Count added to every feature of every language."""
SCALE = 24
"""Steps per unit of log-probability; with it the largest gain seen in training still fits a byte."""
_DAMPING = 8
"""Steps per unit of damped count."""


_DAMPED = np.array([0, *(round((1 + log(n)) * _DAMPING) for n in range(1, 2 * CONSIDERED_BYTES + 1))], np.int64)
"""1 + ln(count) in steps: the tenth occurrence says less than the first."""


@dataclass(frozen=True, eq=False)
class Classifier:
    """Weights by language, in steps of log-probability (:data:`SCALE` to the unit).

    floor: int64[languages], the weight of a feature the language never showed; gains: uint8[languages, FEATURES], what
    a feature weighs above the floor.
    """

    languages: tuple[str, ...]
    floor: NDArray[np.int64]
    gains: NDArray[np.uint8]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.languages)}

    def choose(self, text: bytes, candidates: Sequence[str]) -> str:
        """Give the likeliest of the candidates, among equals the first; ``""`` for a text without a token.

        A language without weights is never preferred.
        """
        found, counts = features(text)
        if not len(found):
            return ""
        weights = _DAMPED[counts]
        scores = [self._score(name, found, weights) for name in candidates]
        return candidates[scores.index(max(scores))]

    def _score(self, name: str, found: NDArray[np.int64], weights: NDArray[np.int64]) -> int:
        if name not in self._index:
            return -(1 << 62)
        i = self._index[name]
        return int(np.dot(self.gains[i].take(found) + self.floor[i], weights))

    def save(self, path: Path) -> None:
        """Write the weights as one NumPy archive; the same weights give the same bytes."""
        names = np.frombuffer("\n".join(self.languages).encode(), np.uint8)
        flat = self.gains.reshape(-1)
        held = np.flatnonzero(flat)
        steps = np.diff(held, prepend=0).astype(np.uint16)
        np.savez_compressed(path, names=names, floor=self.floor, steps=steps, gains=flat[held])


def load(source: IO[bytes]) -> Classifier:
    """Read what :meth:`Classifier.save` wrote."""
    with np.load(source, allow_pickle=False) as held:
        names = tuple(held["names"].tobytes().decode().split("\n"))
        gains = np.zeros((len(names), FEATURES), np.uint8)
        gains.reshape(-1)[np.cumsum(held["steps"], dtype=np.int64)] = held["gains"]
        return Classifier(names, held["floor"], gains)


@cache
def shipped() -> Classifier:
    """Give the classifier that comes with codestrata."""
    with (files(__package__) / "data" / "classifier.npz").open("rb") as source:
        return load(source)


def train(samples: Iterable[tuple[str, bytes]]) -> Classifier:
    """Count labelled samples (language, text) into weights; every language needs a sample with a token in it."""
    counts: dict[str, NDArray[np.float64]] = {}
    for language, text in samples:
        found, times = features(text)
        if len(found):
            counts.setdefault(language, np.zeros(FEATURES))[found] += _DAMPED[times] / _DAMPING
    return _weigh(counts)


def train_counts(samples: Iterable[tuple[str, int, Mapping[str, int]]]) -> Classifier:
    """Make weights of counts that somebody else made: (language, samples, token → occurrences in all of them).

    Their tokens are cut into ours; an occurrence is taken to be spread evenly over the samples.
    """
    counts: dict[str, NDArray[np.float64]] = {}
    for language, many, tokens in samples:
        row = counts.setdefault(language, np.zeros(FEATURES))
        for token, times in sorted(tokens.items()):
            found, each = features(token.encode())
            spread = min(many, times)
            row[found] += spread * (1 + log(times / spread)) * np.minimum(each, 4)
    return _weigh(counts)


def _weigh(counts: Mapping[str, NDArray[np.float64]]) -> Classifier:
    languages = tuple(sorted(counts))
    seen = np.stack([counts[language] for language in languages])
    floor = np.rint(np.log(SMOOTHING / (seen.sum(1) + SMOOTHING * FEATURES)) * SCALE).astype(np.int64)
    gains = np.minimum(np.rint(np.log(seen / SMOOTHING + 1) * SCALE), 255).astype(np.uint8)
    return Classifier(languages, floor, gains)
