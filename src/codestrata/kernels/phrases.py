"""Phrases: who does what to what, ``verb:first.second``, as one text for each row; and the names of types alone."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
#: Phrases of one row.
MOST = 64
_PATH = re.compile(rb"::|\.")
_ARGUMENTS = re.compile(rb"[<\[({].*", re.DOTALL)


class Pieces(NamedTuple):
    """Texts ``data[starts[i]:stops[i]]`` of some bytes: int64[n] both."""

    starts: Ints
    stops: Ints


class Phrases(NamedTuple):
    """n phrases: of which row each is (-1: none), its verb by number, a second verb with the first text alone (or -1).

    int64[n] all; ``first`` and ``second``: its texts, which may be empty.
    """

    who: Ints
    verb: Ints
    also: Ints
    first: Pieces
    second: Pieces


def phrases(data: Bytes, told: Phrases, verbs: Sequence[str], rows: int) -> tuple[Ints, Bytes]:
    """Join the phrases of each row by commas, in their order, each once, at most :data:`MOST` of them.

    Gives int64[rows + 1] and bytes; row k is what lies between offsets k and k + 1. ``verbs`` are ASCII. ValueError for
    a text that lies outside ``data``, and for a row or a verb that is none.
    """
    _check(data, *told.first)
    _check(data, *told.second)
    if max(told.verb.max(initial=-1), told.also.max(initial=-1)) >= len(verbs) or told.verb.min(initial=0) < 0:
        raise ValueError("there is no such verb")
    if told.who.max(initial=-1) >= rows:
        raise ValueError("there is no such row")
    native = library()
    if native is None:
        return _phrases(data.tobytes(), told, [verb.encode() for verb in verbs], rows)
    words, bounds = _spelled(tuple(verbs))
    sizes = sum(int((texts.stops - texts.starts).sum()) for texts in (told.first, told.first, told.second))
    out = np.empty(sizes + len(told.who) * 2 * (max(map(len, verbs)) + len(",:.")), np.uint8)
    order, offsets = np.empty(len(told.who), np.int64), np.zeros(rows + 2, np.int64)
    whole = [np.ascontiguousarray(column) for column in _columns(told)]
    columns = (passed(data), *map(passed, whole), ctypes.c_int64(len(order)))
    results = (passed(order), passed(offsets), passed(out))
    native.strata_phrases(*columns, words, passed(bounds), ctypes.c_int64(rows), *results)
    return offsets[:-1], out[: int(offsets[-2])]


def _columns(told: Phrases) -> tuple[Ints, ...]:
    return told.who, told.verb, told.also, *told.first, *told.second


@lru_cache(maxsize=64)
def _spelled(verbs: tuple[str, ...]) -> tuple[bytes, Ints]:
    return "".join(verbs).encode(), np.cumsum([0, *map(len, verbs)], dtype=np.int64)


def _check(data: Bytes, starts: Ints, stops: Ints) -> None:
    if len(starts) and not (int(starts.min()) >= 0 and bool((starts <= stops).all()) and int(stops.max()) <= len(data)):
        raise ValueError("a text lies outside its buffer")


def _phrases(data: bytes, told: Phrases, verbs: list[bytes], rows: int) -> tuple[Ints, Bytes]:
    said: list[dict[bytes, None]] = [{} for _ in range(rows)]
    columns = (column.tolist() for column in _columns(told))
    for who, verb, also, a, b, c, d in zip(*columns, strict=True):
        if who >= 0:
            said[who][_phrase(verbs[verb], data[a:b], data[c:d])] = None
            if also >= 0:
                said[who][_phrase(verbs[also], data[a:b], b"")] = None
    lines = [b",".join(islice(row, MOST)) for row in said]
    return np.cumsum([0, *map(len, lines)], dtype=np.int64), np.frombuffer(b"".join(lines), np.uint8)


def _phrase(verb: bytes, first: bytes, second: bytes) -> bytes:
    return verb + (b":" + first if first or second else b"") + (b"." + second if second else b"")


def bases(data: Bytes, names: Pieces) -> Pieces:
    """Narrow names of types to their last parts: less arguments, what they are in, and references around them."""
    starts, stops = (np.array(places, np.int64) for places in names)
    _check(data, starts, stops)
    native = library()
    if native is not None:
        native.strata_bases(passed(data), ctypes.c_int64(len(starts)), passed(starts), passed(stops))
        return Pieces(starts, stops)
    for i, (a, b) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        bare = _ARGUMENTS.sub(b"", data[a:b].tobytes())
        last = _PATH.split(bare)[-1]
        left = last.lstrip(b"&* ")
        starts[i] = a + len(bare) - len(left)
        stops[i] = starts[i] + len(left.rstrip(b"&* "))
    return Pieces(starts, stops)
