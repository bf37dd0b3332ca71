"""Where in many texts something may stand that begins with, or is held together by, one of a set of words.

A quick "no" for most bytes before a regular expression is tried: what a probe reports is a place worth a closer look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.probe_forms import ASSIGNED, DOTTED, GROUPS, USERINFO

Form = Literal["plain", "assigned", "userinfo", "dotted", "groups"]

#: What may not stand before a word that stands ``apart``.
_WORD = re.compile(rb"[A-Za-z0-9_]")
#: The longest run that is looked at on either side of a word, in bytes.
RUN = 64


@dataclass(frozen=True, slots=True)
class Probe:
    """One word to look for, and what must stand around it.

    fold: letters of either case. left, right: bytes of which at least ``left_least`` stand directly before the word,
    at least ``right_least`` directly behind it; a run is followed for RUN bytes. apart: no letter, digit or underscore
    stands before all that. ``form`` names what else must follow (see :mod:`codestrata.kernels.probe_forms`).
    """

    word: bytes
    fold: bool = False
    apart: bool = False
    left: bytes = b""
    left_least: int = 0
    right: bytes = b""
    right_least: int = 0
    form: Form = "plain"


class Places(NamedTuple):
    """What probes found, in the order of texts, then places, then probes: int64 each.

    text: which; place: where the left run, or the word, begins, in bytes of the text; probe: which.
    """

    text: NDArray[np.int64]
    place: NDArray[np.int64]
    probe: NDArray[np.int64]


@dataclass(frozen=True)
class Probes:
    """Probes that are looked for together."""

    probes: tuple[Probe, ...]

    def find(self, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Places:
        """Look through the texts ``arena[starts[i]:stops[i]]``."""
        rows: list[tuple[int, int, int]] = []
        for i, (a, b) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            text = arena[a:b].tobytes()
            folded = text.lower()
            for k, probe in enumerate(self.probes):
                rows += [(i, at, k) for at in _places(probe, text, folded)]
        found = np.array(sorted(set(rows)), np.int64).reshape(-1, 3)
        return Places(*found.T)


def _places(probe: Probe, text: bytes, folded: bytes) -> Iterator[int]:
    """Give where a probe's match begins: the definition that the native kernel is held to."""
    word, hay = (probe.word.lower(), folded) if probe.fold else (probe.word, text)
    left, right = frozenset(probe.left), frozenset(probe.right)
    at = hay.find(word)
    while at >= 0:
        begin, end = at, at + len(word)
        while begin > max(0, at - RUN) and text[begin - 1] in left:
            begin -= 1
        run = end
        while run < min(len(text), end + RUN) and text[run] in right:
            run += 1
        enough = at - begin >= probe.left_least and run - end >= probe.right_least
        alone = not (probe.apart and begin and _WORD.match(text, begin - 1))
        if enough and alone and _formed(probe.form, text, begin, end):
            yield begin
        at = hay.find(word, at + 1)


def _formed(form: Form, text: bytes, begin: int, end: int) -> bool:
    if form == "assigned":
        return ASSIGNED.match(text, end) is not None
    if form == "userinfo":
        return USERINFO.match(text, end) is not None
    if form == "dotted":
        return DOTTED.match(text, begin) is not None
    return form == "plain" or GROUPS.match(text, begin) is not None
