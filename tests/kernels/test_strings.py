"""Strings of a column: which are equal, and moving their bytes."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import strings as module
from codestrata.kernels.arrays import passed, pointer
from codestrata.kernels.strings import chosen, decoded, distinct, gather


@given(st.lists(st.sampled_from([b"", b"a", b"ab", b"12345678", b"12345678x", b"a" * 40]) | st.binary(max_size=20)))
def test_equal_strings_have_one_number(laid, twin, rows):
    """Strings are numbered as they first appear; the same from the twin."""
    data, offsets = laid(rows)
    order = list(dict.fromkeys(rows))
    for modules in ((), (module,)):
        with twin(*modules):
            codes, firsts = distinct(data, offsets[:-1], offsets[1:])
        assert codes.tolist() == [order.index(row) for row in rows]
        assert firsts.tolist() == [rows.index(row) for row in order]


def test_many_distinct_strings(laid):
    """The table grows with what it holds."""
    rows = [b"%d" % (i * 7919 % 30_011) for i in range(60_000)]
    data, offsets = laid(rows)
    codes, firsts = distinct(data, offsets[:-1], offsets[1:])
    assert len(firsts) == 30_011
    assert [rows[f] for f in firsts[codes].tolist()] == rows
    assert np.array_equal(np.sort(firsts), firsts)


@given(st.binary(min_size=1, max_size=300), st.lists(st.tuples(st.integers(0, 299), st.integers(0, 50)), max_size=40))
def test_pieces_arrive_in_their_places(twin, source, wanted):
    """Each piece lies where it was to go, what is between stays as it was; the same from the twin."""
    pieces = [(a % len(source), min(n, len(source) - a % len(source))) for a, n in wanted]
    starts, lengths = (np.array([p[k] for p in pieces], np.int64) for k in (0, 1))
    places = np.cumsum(lengths + 1) - lengths
    expected = b"".join(b"\xaa" + source[a : a + n] for a, n in pieces)
    for modules in ((), (module,)):
        target = np.full(len(expected), 0xAA, np.uint8)
        with twin(*modules):
            gather(np.frombuffer(source, np.uint8), starts, lengths, target, places)
        assert target.tobytes() == expected


@pytest.mark.parametrize(
    ("start", "length", "place"),
    [
        *((-1, 1, 0), (0, -1, 0), (0, 1, -1), (8, 3, 0), (0, 3, 4), (11, 0, 0), (0, 0, 7)),
        *((1 << 62, 1 << 62, 0), ((1 << 63) - 1, (1 << 63) - 1, 0), (0, 1 << 62, 1 << 62), (-(1 << 63), 1, 0)),
    ],
)
def test_a_piece_outside_its_buffer_is_refused(start, length, place):
    """No byte is read or written outside the buffers."""
    one = (np.array([value], np.int64) for value in (start, length))
    with pytest.raises(ValueError, match="outside"):
        gather(np.zeros(10, np.uint8), *one, np.zeros(6, np.uint8), np.array([place], np.int64))


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (3, 2), (0, 11), (11, 11)])
def test_a_string_outside_its_buffer_is_refused(start, stop):
    """No byte is read outside the buffer."""
    places = (np.array([value], np.int32) for value in (start, stop))
    with pytest.raises(ValueError, match="outside"):
        distinct(np.zeros(10, np.uint8), *places)


@given(st.lists(st.binary(max_size=6) | st.text(max_size=4).map(str.encode), max_size=20))
def test_pieces_as_texts(laid, pieces):
    """Each as it is decoded alone, whatever it holds, in any order; empty ones are texts, too."""
    data, offsets = laid(pieces)
    which = np.array([*range(len(pieces)), *range(len(pieces))][::-1], np.int64)
    starts, sizes = offsets[:-1][which], np.diff(offsets)[which]
    assert decoded(data, starts, sizes) == [pieces[i].decode(errors="replace") for i in which.tolist()]


def test_arrays_with_gaps_are_not_handed_to_kernels():
    """A kernel would read what is between; one that may only be read is fine."""
    array = np.arange(12).reshape(3, 4)
    for hand in (passed, pointer):
        with pytest.raises(ValueError, match="contiguous"):
            hand(array[:, 1])
    array.flags.writeable = False
    assert pointer(array).value == array.ctypes.data
    assert isinstance(passed(array), ctypes.c_void_p)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=12), st.data())
def test_chosen_rows_lie_end_to_end(laid, twin, rows, data):
    """In any order, as often as they are named; the same from the twin. One that there is none of is refused."""
    arena, offsets = laid(rows)
    which = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=30))
    for modules in ((), (module,)):
        with twin(*modules):
            places, found = chosen(arena, offsets, np.array(which, np.int64))
            assert places.tolist() == [0, *np.cumsum([len(rows[i]) for i in which]).tolist()]
            assert found.tobytes() == b"".join(rows[i] for i in which)
            for wrong in (-1, len(rows)):
                with pytest.raises(IndexError):
                    chosen(arena, offsets, np.array([*which, wrong], np.int64))
