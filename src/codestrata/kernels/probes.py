"""Where in many texts something may stand that begins with, or is held together by, one of a set of words.

A quick "no" for most bytes before a regular expression is tried: what a probe reports is a place worth a closer look.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.gate import rarity
from codestrata.kernels.library import library
from codestrata.kernels.probe_forms import ASSIGNED, DOTTED, GROUPS, USERINFO

Form = Literal["plain", "assigned", "userinfo", "dotted", "groups"]
#: In the order of their numbers in the native kernel.
_FORMS: tuple[Form, ...] = ("plain", "assigned", "userinfo", "dotted", "groups")

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


class _Table(ctypes.Structure):
    _fields_: ClassVar = [
        (name, ctypes.c_void_p) for name in ("words", "bounds", "told", "classes", "bits", "bucket", "chains", "chain")
    ]


@dataclass(frozen=True)
class Probes:
    """Probes that are looked for together. A word of one byte needs a byte of ``left`` before it."""

    probes: tuple[Probe, ...]

    def find(self, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Places:
        """Look through the texts ``arena[starts[i]:stops[i]]``."""
        native = library()
        if native is not None:
            found = self._native(native, *map(np.ascontiguousarray, (arena, starts, stops)))
        else:
            found = np.array(sorted(self._twin(arena, starts, stops)), np.int64).reshape(-1, 3)
        return Places(*found.T)

    def _twin(
        self, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
    ) -> set[tuple[int, int, int]]:
        rows: set[tuple[int, int, int]] = set()
        for i, (a, b) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            text = arena[a:b].tobytes()
            folded = text.lower()
            for k, probe in enumerate(self.probes):
                rows |= {(i, at, k) for at in _places(probe, text, folded)}
        return rows

    def _native(
        self, native: ctypes.CDLL, arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        texts = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)))
        native.strata_probes.restype = ctypes.c_int64
        room = 1024 + int((stops - starts).sum()) // 256
        while True:
            rows = np.empty((room, 3), np.int64)
            count = native.strata_probes(*texts, self._table[0], pointer(rows), ctypes.c_int64(room))
            if count <= room:
                break
            room = count
        rows = rows[:count]
        return rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]

    @cached_property
    def _table(self) -> tuple[Any, list[NDArray[Any]]]:
        """What the kernel reads, and the arrays that it points to."""
        words = [probe.word.lower() if probe.fold else probe.word for probe in self.probes]
        classes = list(dict.fromkeys(bytes(sorted(side)) for p in self.probes for side in (p.left, p.right)))
        buckets, told = _Buckets(), []
        for k, probe in enumerate(self.probes):
            place = buckets.take(k, probe)
            left, right = (classes.index(bytes(sorted(side))) for side in (probe.left, probe.right))
            marks = probe.fold + 2 * probe.apart
            told.append((marks, _FORMS.index(probe.form), left, probe.left_least, right, probe.right_least, place))
        members = np.zeros((len(classes), 256), np.uint8)
        for k, bytes_ in enumerate(classes):
            members[k, list(bytes_)] = 1
        bounds = np.cumsum([0, *map(len, words)], dtype=np.int64)
        kept: list[NDArray[Any]] = [np.frombuffer(b"".join(words), np.uint8), bounds, np.array(told, np.int64)]
        kept += [members, *buckets.arrays()]
        return ctypes.byref(_Table(*map(pointer, kept))), kept


class _Buckets:
    """Pairs of bytes, and the probes that are found by each."""

    def __init__(self) -> None:
        self.of: dict[int, list[int]] = {}

    def take(self, number: int, probe: Probe) -> int:
        """Find a probe by the pair of its word that texts hold most seldom; gives where in the word that stands."""
        word = probe.word
        if len(word) == 1 and not probe.left_least:
            msg = "a word of one byte needs something before it"
            raise ValueError(msg)
        place = max(range(len(word) - 1), key=lambda i: rarity(word[i]) + rarity(word[i + 1]), default=-1)
        pair = word[place : place + 2] if place >= 0 else b""
        first, second = [pair[:1], pair[1:]] if pair else [bytes(sorted(probe.left)), word]
        if probe.fold and pair:
            first, second = first.lower() + first.upper(), second.lower() + second.upper()
        for a, b in sorted(set(product(first, second))):
            self.of.setdefault(a << 8 | b, []).append(number)
        return place

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Give the table as the kernel reads it: bits, bucket of each pair, chains."""
        chains = list(dict.fromkeys(map(tuple, self.of.values())))
        number = {chain: k for k, chain in enumerate(chains)}
        bucket, bits = np.zeros(1 << 16, np.uint16), np.zeros(1 << 16, np.uint8)
        for pair, probes in self.of.items():
            bucket[pair], bits[pair] = number[tuple(probes)], 1
        yield np.packbits(bits, bitorder="little")
        yield bucket
        yield np.cumsum([0, *map(len, chains)], dtype=np.int64)
        yield np.array([probe for chain in chains for probe in chain], np.int64)


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
