"""Nodes by their numbers: the kernels and their twins agree with a search through all of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import library
from codestrata.kernels.nodes.kinds import counts, ordered, places

MOST = 5
NUMBERS = st.lists(st.integers(0, MOST) | st.sampled_from([255, 256, 65535]), max_size=200)


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


@given(NUMBERS, st.lists(st.booleans(), min_size=MOST + 1, max_size=MOST + 1))
def test_wanted_numbers_in_their_order(numbers, wanted):
    """Equal ones rise; what is not below the most is one number; what nobody wants is nowhere."""
    column, least = np.array(numbers, np.uint16), [min(number, MOST) for number in numbers]
    for kind in ("native", "numpy"):
        library.choose(kind)
        sizes = counts(column, MOST)
        assert sizes.tolist() == [least.count(v) for v in range(MOST + 1)]
        order, ends = ordered(column, sizes, np.array(wanted))
        kept = [i for i, number in enumerate(least) if wanted[number]]
        assert order.tolist() == sorted(kept, key=least.__getitem__)
        assert ends.tolist() == [sum(least[i] <= v for i in kept) for v in range(MOST + 1)]


@given(NUMBERS, st.sampled_from([0, 1, 255, 65535]))
def test_places_of_one_number(numbers, number):
    """All of them, rising."""
    for kind in ("native", "numpy"):
        library.choose(kind)
        assert places(np.array(numbers, np.uint16), number).tolist() == [
            i for i, one in enumerate(numbers) if one == number
        ]


def test_one_number_many_times():
    """More often than 16 bits count."""
    assert places(np.full(200_001, 7, np.uint16), 7).tolist() == list(range(200_001))
