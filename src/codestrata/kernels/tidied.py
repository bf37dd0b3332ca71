"""Texts as people write them on one line."""

from __future__ import annotations

import ctypes
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class Tidy(IntFlag):
    """What is done to a text: runs of blanks become one space, none stands at an end; commas become semicolons."""

    SPACES = 1
    COMMAS = 2


def tidy(text: str, how: Tidy, longest: int) -> str:
    """Tidy one text: without colons and spaces in front, cut to a length."""
    text = text.lstrip(": ")
    if how & Tidy.SPACES:
        text = " ".join(text.split())
    return (text.replace(",", ";") if how & Tidy.COMMAS else text)[:longest]


def tidied(data: Bytes, starts: Ints, stops: Ints, how: Tidy, longest: int) -> tuple[Ints, Bytes]:
    """Tidy n texts ``data[starts[i]:stops[i]]``; ``longest`` counts letters. What is no UTF-8 is replaced.

    Gives int64[n + 1] and bytes; text i is what lies between offsets i and i + 1. ValueError for a text that lies
    outside.
    """
    starts, stops = (np.ascontiguousarray(places, np.int64) for places in (starts, stops))
    if len(starts) and not (starts.min() >= 0 and bool((starts <= stops).all()) and stops.max() <= len(data)):
        raise ValueError("a text lies outside its buffer")
    native = library()
    if native is None:
        return _laid([_read(data, a, b, how, longest) for a, b in _pairs(starts, stops)])
    offsets, odd = np.empty(len(starts) + 1, np.int64), np.empty(len(starts), np.uint8)
    out = np.empty(int(np.minimum(stops - starts, longest).sum()), np.uint8)
    texts = (passed(data), passed(starts), passed(stops), ctypes.c_int64(len(starts)))
    asked = (ctypes.c_int64(how), ctypes.c_int64(longest))
    native.strata_tidied.restype = ctypes.c_int64
    if not native.strata_tidied(*texts, *asked, passed(offsets), passed(out), passed(odd)):
        return offsets, out[: int(offsets[-1])]
    lines = [out[a:b].tobytes() for a, b in _pairs(offsets[:-1], offsets[1:])]
    for i in np.flatnonzero(odd).tolist():
        lines[i] = _read(data, int(starts[i]), int(stops[i]), how, longest)
    return _laid(lines)


def _read(data: Bytes, start: int, stop: int, how: Tidy, longest: int) -> bytes:
    return tidy(data[start:stop].tobytes().decode(errors="replace"), how, longest).encode()


def _pairs(starts: Ints, stops: Ints) -> zip[tuple[int, int]]:
    return zip(starts.tolist(), stops.tolist(), strict=True)


def _laid(lines: list[bytes]) -> tuple[Ints, Bytes]:
    return np.cumsum([0, *map(len, lines)], dtype=np.int64), np.frombuffer(b"".join(lines), np.uint8)
