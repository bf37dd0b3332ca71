"""Distinct numbers: what NumPy says of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.numbers import member, numbered, unique


@given(values=st.lists(st.integers(-5, 5) | st.integers(-(1 << 63), (1 << 63) - 1), max_size=30))
def test_distinct_numbers(values: list[int]) -> None:
    """Any numbers, none included."""
    told = np.array(values, np.int64)
    wanted = np.unique(told, return_index=True, return_inverse=True)
    assert unique(told).tolist() == wanted[0].tolist()
    assert [column.tolist() for column in numbered(told)] == [column.tolist() for column in wanted]


@given(values=st.lists(st.integers(-9, 9), max_size=20), known=st.lists(st.integers(-9, 9), max_size=9))
def test_membership(values: list[int], known: list[int]) -> None:
    """Of any numbers, in any order, several times; of none nothing is a member."""
    found = member(np.array(values, np.int64), np.array(known, np.int64))
    assert found.tolist() == [value in known for value in values]
