"""Looking through texts: probes name places, detectors judge them, and of what overlaps the surest stays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.probes import Probes
from codestrata.privacy.detector import Detector, Span
from codestrata.privacy.table import DETECTORS


@dataclass(frozen=True, slots=True)
class Found:
    """What is private in a batch of texts: of each text that has any its number, and spans apart and in order."""

    spans: Sequence[tuple[int, Sequence[Span]]]


def probes() -> Probes:
    """Give all probes of all detectors."""
    return _table()[0]


@cache
def _table() -> tuple[Probes, tuple[tuple[Detector, ...], ...]]:
    """Give all probes, and for each the detectors it is of."""
    users: dict[object, list[Detector]] = {}
    for detector in DETECTORS:
        for probe in detector.probes:
            users.setdefault(probe, []).append(detector)
    return Probes(tuple(users)), tuple(map(tuple, users.values()))  # type: ignore[arg-type]


def scan(arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Found:
    """Look through the texts ``arena[starts[i]:stops[i]]``, each UTF-8."""
    every, users = _table()
    places = every.find(arena, starts, stops)
    rows = zip(places.text.tolist(), places.place.tolist(), places.probe.tolist(), strict=True)
    found = []
    for number, group in groupby(rows, itemgetter(0)):
        text = arena[starts[number] : stops[number]].tobytes()
        spans = apart(_spans(text, ((at, users[probe]) for _, at, probe in group)))
        if spans:
            found.append((number, spans))
    return Found(found)


def spans_of(text: bytes) -> list[Span]:
    """Give what is private in one text in UTF-8, in order, none overlapping."""
    arena = np.frombuffer(text, np.uint8)
    found = scan(arena, np.zeros(1, np.int64), np.full(1, len(text), np.int64))
    return [span for _, spans in found.spans for span in spans]


def _spans(text: bytes, places: Iterable[tuple[int, tuple[Detector, ...]]]) -> Iterator[Span]:
    for at, detectors in places:
        for detector in detectors:
            yield from detector.at(text, at)


def apart(spans: Iterable[Span]) -> list[Span]:
    """Of spans that overlap keep the surest, of equally sure ones the longest, of those the first."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (-s.confidence, s.start - s.end, s)):
        k = bisect_left(kept, span)
        free = (not k or kept[k - 1].end <= span.start) and (k == len(kept) or span.end <= kept[k].start)
        if free:
            kept.insert(k, span)
    return kept
