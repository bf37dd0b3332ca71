"""Cutting one file into parts of a bounded number of tokens: before a definition, at a blank line, at a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

#: A part is ended at the best place in its last so many of ten.
_LAST = 5
#: Bits of the first byte of a letter in UTF-8 that goes on with another: 10xxxxxx.
_MASK, _GOES_ON = 0xC0, 0x80

#: How good a place is: a blank line, one with no indent after it, one with a heading or comment (#) after it, a
#: definition inside of another, one at the top.
_BLANK, _PARAGRAPH, _HEADING, _INNER, _DEFINITION = 1, 2, 3, 4, 5

#: Gives the tokens of each text.
Count = Callable[[Sequence[bytes]], NDArray[np.int64]]


def cut(text: bytes, most: int, count: Count, good: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Give the parts of a text, in order: first byte, byte after the last, tokens, each of at most ``most`` tokens.

    good: places where a definition begins → how many it is inside of. Tokens are those of lines, added up. No letter is
    cut, and no CRLF.
    """
    borders, tokens = _atoms(text, most, count)
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(tokens)])
    ranks = _ranks(text, borders, good)
    found, start = [], 0
    while start < len(tokens):
        end = int(np.searchsorted(ends, ends[start] + most, side="right")) - 1
        end = max(end, start + 1)
        if end < len(tokens):
            end = _best(ranks, start, end)
        found.append((borders[start], borders[end], int(ends[end] - ends[start])))
        start = end
    return found


def _atoms(text: bytes, most: int, count: Count) -> tuple[list[int], NDArray[np.int64]]:
    """Give the borders of what is not cut (lines, and pieces of lines that are too long), and the tokens of each."""
    lines = [0, *(np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1).tolist()]
    if lines[-1] != len(text):
        lines.append(len(text))
    tokens = count([text[a:b] for a, b in pairwise(lines)])
    if not (tokens > most).any():
        return lines, tokens
    borders = [0]
    for (a, b), n in zip(pairwise(lines), tokens.tolist(), strict=True):
        borders += _pieces(text, a, b, most, count) if n > most else [b]
    return borders, count([text[a:b] for a, b in pairwise(borders)])


def _pieces(text: bytes, start: int, end: int, most: int, count: Count) -> Iterator[int]:
    """Give the ends of pieces of a line that have at most ``most`` tokens each, halving it as often as that takes."""
    if end - start < 2 or int(count([text[start:end]])[0]) <= most:  # noqa: PLR2004 -- a byte is not halved
        yield end
        return
    half = (start + end) // 2
    places = chain(range(half, start, -1), range(half + 1, end))  # the nearest before, else the nearest behind
    middle = next((at for at in places if not _inside(text, at)), end)
    if middle == end:
        yield end
        return
    yield from _pieces(text, start, middle, most, count)
    yield from _pieces(text, middle, end, most, count)


def _inside(text: bytes, at: int) -> bool:
    """Say whether a place lies within a letter, or within a CRLF."""
    return text[at] & _MASK == _GOES_ON or text[at - 1 : at + 1] == b"\r\n"


def _ranks(text: bytes, borders: Sequence[int], good: Mapping[int, int]) -> NDArray[np.int64]:
    """Say how good a place each border is, by the table of ranks above."""
    ranks = np.zeros(len(borders), np.int64)
    for i, at in enumerate(borders[1:-1], 1):
        if at in good:
            ranks[i] = _INNER if good[at] else _DEFINITION
        elif not text[borders[i - 1] : at].strip():
            begins = text[at : at + 1]
            ranks[i] = _BLANK if begins.isspace() else _HEADING if begins == b"#" else _PARAGRAPH
    return ranks


def _best(ranks: NDArray[np.int64], start: int, end: int) -> int:
    """Give the best border in the last half of a part, the last of the best."""
    low = end - (end - start) * _LAST // 10
    some = ranks[max(low, start + 1) : end + 1]
    return end if not len(some) else end - int(np.argmax(some[::-1]))
