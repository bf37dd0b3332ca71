"""Packing: nothing is lost, no row is too long, and files are cut only where they must be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codestrata.export.order.cut import cut
from codestrata.export.order.pack import Part, pack

SIZES = st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=6), max_size=8)


def halves(sizes: dict[int, int]):
    """Cut files into parts of as many tokens as fit."""

    def cutter(file: int, most: int) -> list[Part]:
        left, found, at = sizes[file], [], 0
        while left:
            now = min(left, most)
            found.append(Part(file, at, at + now, now, now))
            left, at = left - now, at + now
        return found

    return cutter


@settings(deadline=None)
@given(SIZES, st.integers(1, 50))
def test_every_file_is_in_order(given_sizes: list[list[int]], most: int) -> None:
    """All files are there, once or in parts that follow one another, in order, and no row has too many tokens."""
    sizes = dict(enumerate(size for group in given_sizes for size in group))
    numbers = iter(sizes)
    groups = [[Part(i := next(numbers), 0, -1, sizes[i], sizes[i]) for _ in group] for group in given_sizes]
    rows = pack(groups, most, halves(sizes))
    flat = [part for row in rows for part in row]
    assert list(dict.fromkeys(part.file for part in flat)) == list(sizes)
    assert all(sum(part.tokens for part in row) <= most for row in rows)
    assert all(rows)
    for file, size in sizes.items():
        mine = [part for part in flat if part.file == file]
        assert sum(part.tokens for part in mine) == size
        assert len(mine) == 1 or size > most


def test_a_group_that_fits_is_not_cut() -> None:
    """What belongs together begins a row of its own when it fits into one, and the row before is used well enough."""
    parts = [Part(i, 0, -1, 30, 30) for i in range(5)]
    rows = pack([parts[:2], parts[2:]], 100, halves({}))
    assert [[part.file for part in row] for row in rows] == [[0, 1], [2, 3, 4]]
    rows = pack([parts[:1], parts[1:]], 100, halves({}))
    assert [[part.file for part in row] for row in rows] == [[0, 1, 2], [3, 4]]


def words(texts: Sequence[bytes]) -> np.ndarray:
    """Count words: a tokenizer that is easy to foresee."""
    return np.array([len(text.decode().split()) or (1 if text else 0) for text in texts], np.int64)


TEXTS = st.text(st.sampled_from("ab é💡\t\r\n"), max_size=300).map(lambda t: t.replace("\r", "\r\n").encode())


@settings(deadline=None)
@given(TEXTS, st.integers(1, 12), st.sets(st.integers(0, 300), max_size=5))
@example("💡 a".encode(), 1, set())  # half of it lies within its first letter
def test_parts_of_a_file_are_the_file(text: bytes, most: int, good: set[int]) -> None:
    """Parts follow one another without a gap, are of few tokens, cut no letter and no CRLF."""
    found = cut(text, most, words, dict.fromkeys(good, 0))
    assert b"".join(text[a:b] for a, b, _ in found) == text
    assert all(one[1] == other[0] for one, other in pairwise(found))
    for start, end, tokens in found:
        text[start:end].decode()
        assert tokens <= most
        assert text[end - 1 : end + 1] != b"\r\n"


def test_a_file_is_cut_before_a_definition() -> None:
    """Of the last half of a part the best place is taken: a definition at the top, one inside, a blank line, a line."""
    lines = [b"x = 1\n"] * 6 + [b"\n"] + [b"def f():\n"] + [b"    y\n"] * 6
    text = b"".join(lines)
    at = text.index(b"def f")
    assert cut(text, 22, words, {at: 0})[0][1] == at
    assert cut(text, 22, words, {})[0][1] == at
    nested = b"class A:\n" + b"    x = 1\n" * 6 + b"    def f():\n" + b"        y\n" * 6
    inner = nested.index(b"    def f")
    assert cut(nested, 24, words, {inner: 1})[0][1] == inner


def test_a_line_that_is_too_long_is_cut_between_letters() -> None:
    """A line of more tokens than a row has is cut as often as that takes."""
    text = "é ".encode() * 100
    found = cut(text, 7, words, {})
    assert b"".join(text[a:b] for a, b, _ in found) == text
    assert max(tokens for *_, tokens in found) <= 7
