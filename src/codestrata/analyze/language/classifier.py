"""A small naive Bayes classifier that picks among the languages a file's name allows.

Multinomial naive Bayes over hashed tokens with damped counts (1 + ln n). All arithmetic after training is in integers,
so a sum does not depend on its order, the machine or the library. The shipped weights are made from token counts over
Linguist's samples.
Source: Rennie et al., "Tackling the poor assumptions of naive Bayes text classifiers", ICML 2003, §4.1 (damping).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import log
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray

from codestrata.kernels.features import CONSIDERED_BYTES, FEATURES, features

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

    floor: int64[languages], the weight of a feature the language never showed; gains[starts[i]:starts[i + 1]]: uint8,
    what the features ``held`` there (uint16, rising) weigh above the floor of language i.
    """

    languages: tuple[str, ...]
    floor: NDArray[np.int64]
    starts: NDArray[np.int64]
    held: NDArray[np.uint16]
    gains: NDArray[np.uint8]
    _rows: dict[str, NDArray[np.int64]] = field(default_factory=dict)

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
        return int(np.dot(self._row(name).take(found), weights)) if name in self._index else -(1 << 62)

    def _row(self, name: str) -> NDArray[np.int64]:
        """Give the weight of every feature for one language, laid out when it is first asked for."""
        row = self._rows.get(name)
        if row is None:
            i = self._index[name]
            own = slice(self.starts[i], self.starts[i + 1])
            row = self._rows[name] = np.full(FEATURES, self.floor[i])
            row[self.held[own]] += self.gains[own]
        return row

    def save(self, path: Path) -> None:
        """Write the weights: a line of JSON, then the arrays, compressed; the same weights give the same bytes."""
        places = np.repeat(np.arange(len(self.languages)), np.diff(self.starts)) * FEATURES + self.held
        arrays = (self.floor.astype("<i8"), np.diff(places, prepend=0).astype("<u2"), self.gains)
        raw = json.dumps(self.languages).encode() + b"\n" + b"".join(array.tobytes() for array in arrays)
        path.write_bytes(zstandard.ZstdCompressor(level=22).compress(raw))


def load(path: Path) -> Classifier:
    """Read what :meth:`Classifier.save` wrote."""
    line, _, body = zstandard.ZstdDecompressor().decompress(path.read_bytes()).partition(b"\n")
    names = tuple(json.loads(line))
    held = (len(body) - 8 * len(names)) // 3
    places = np.frombuffer(body, "<u2", held, 8 * len(names)).astype(np.int32)
    np.cumsum(places, out=places)
    starts = np.searchsorted(places, np.arange(len(names) + 1) * FEATURES)
    floor, gains = np.frombuffer(body, "<i8", len(names)), np.frombuffer(body, np.uint8, held, len(body) - held)
    return Classifier(names, floor, starts, (places & (FEATURES - 1)).astype(np.uint16), gains)


@cache
def shipped() -> Classifier:
    """Give the classifier that comes with codestrata."""
    return load(Path(__file__).with_name("data") / "classifier.zst")


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
    rows, held = np.nonzero(gains)
    starts = np.searchsorted(rows, np.arange(len(languages) + 1))
    return Classifier(languages, floor, starts, held.astype(np.uint16), gains[rows, held])
