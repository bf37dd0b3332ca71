"""Which of some words texts are, hold, or are made of; words are told as bits of a number."""

from __future__ import annotations

import ctypes
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
#: How many words there may be, and how long one may be.
MOST, LONGEST = 400, 31
_PIECES = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: What words of programs are written in.
LETTERS = f"{string.ascii_letters}{string.digits}_"


@dataclass(frozen=True, eq=False)
class Words:
    """Some words, each with a number whose bits it stands for, and how they are read.

    ``letters``: 256 bytes, each byte as a letter, 0 for one that parts words. Words are ASCII, of letters as they are
    read, at most :data:`MOST` of at most :data:`LONGEST` bytes, none empty.
    """

    bits: Mapping[bytes, int]
    letters: bytes

    def __post_init__(self) -> None:
        """Refuse words that the kernel has no room for."""
        if len(self.bits) > MOST or not all(0 < len(word) <= LONGEST for word in self.bits):
            raise ValueError("too many words, or one that is empty or too long")

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Take words as they are: with no bits, in small and capital letters, digits and underscores."""
        return cls({word.encode(): 0 for word in words}, read(LETTERS))

    @cached_property
    def text(self) -> Bytes:
        """The words end to end."""
        return np.frombuffer(b"".join(self.bits), np.uint8)

    @cached_property
    def bounds(self) -> Ints:
        """Where each begins, and where the last one ends."""
        return np.cumsum([0, *map(len, self.bits)], dtype=np.int64)

    @cached_property
    def numbers(self) -> Ints:
        """The number of each."""
        return np.array(list(self.bits.values()), np.int64)


def read(letters: str, *, lower: bool = False) -> bytes:
    """Give how bytes are read where some are letters; ``lower``: capital ones as small ones."""
    told = bytes(byte if chr(byte) in letters else 0 for byte in range(256))
    return told.translate(bytes(range(256)).lower()) if lower else told


def worded(data: Bytes, starts: Ints, stops: Ints, words: Words) -> NDArray[np.bool_]:
    """Say which of n texts ``data[starts[i]:stops[i]]`` are one of some words."""
    native, found = library(), np.zeros(len(starts), np.uint8)
    starts, stops = _checked(data, starts, stops)
    if native is None:
        found[:] = [data[a:b].tobytes() in words.bits for a, b in _pairs(starts, stops)]
        return found.view(np.bool_)
    texts = (passed(data), passed(starts), passed(stops), ctypes.c_int64(len(starts)))
    known = (passed(words.text), passed(words.bounds), ctypes.c_int64(len(words.bits)))
    native.strata_worded(*texts, *known, passed(found))
    return found.view(np.bool_)


def spoken(data: Bytes, starts: Ints, stops: Ints, words: Words) -> Ints:
    """Give the bits of all words that each of n texts holds, -1 for a text that is not ASCII."""
    return _bits(data, starts, stops, words, camel=False)


def camel(data: Bytes, starts: Ints, stops: Ints, words: Words) -> Ints:
    """Give the bits of all words that each of n names is made of, -1 for one that is not ASCII.

    A piece of a name is a run of capitals, or one of small letters with the capital in front of it.
    """
    return _bits(data, starts, stops, words, camel=True)


def _bits(data: Bytes, starts: Ints, stops: Ints, words: Words, *, camel: bool) -> Ints:
    native, found = library(), np.zeros(len(starts), np.int64)
    starts, stops = _checked(data, starts, stops)
    if native is None:
        found[:] = [_told(data[a:b].tobytes(), words, camel=camel) for a, b in _pairs(starts, stops)]
        return found
    texts = (passed(data), passed(starts), passed(stops), ctypes.c_int64(len(starts)))
    known = (passed(words.text), passed(words.bounds), passed(words.numbers), ctypes.c_int64(len(words.bits)))
    function = native.strata_camel if camel else native.strata_spoken
    function(*texts, *known, words.letters, passed(found))
    return found


def _told(text: bytes, words: Words, *, camel: bool) -> int:
    if not text.isascii():
        return -1
    if camel:
        pieces = {piece.translate(words.letters) for piece in _PIECES.findall(text)}
    else:
        pieces = set(text.translate(words.letters).split(b"\0"))
    told = 0
    for word in words.bits.keys() & pieces:
        told |= words.bits[word]
    return told


def _pairs(starts: Ints, stops: Ints) -> Iterable[tuple[int, int]]:
    return zip(starts.tolist(), stops.tolist(), strict=True)


def _checked(data: Bytes, starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    starts, stops = (np.ascontiguousarray(places, np.int64) for places in (starts, stops))
    if len(starts) and not (int(starts.min()) >= 0 and bool((starts <= stops).all()) and int(stops.max()) <= len(data)):
        raise ValueError("a text lies outside its buffer")
    return starts, stops
