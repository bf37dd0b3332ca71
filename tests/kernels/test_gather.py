"""Moving pieces of bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import gather as module
from codestrata.kernels.gather import gather


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
    ("start", "length", "place"), [(-1, 1, 0), (0, -1, 0), (0, 1, -1), (8, 3, 0), (0, 3, 4), (11, 0, 0), (0, 0, 7)]
)
def test_a_piece_outside_its_buffer_is_refused(start, length, place):
    """No byte is read or written outside the buffers."""
    one = (np.array([value], np.int64) for value in (start, length))
    with pytest.raises(ValueError, match="outside"):
        gather(np.zeros(10, np.uint8), *one, np.zeros(6, np.uint8), np.array([place], np.int64))
