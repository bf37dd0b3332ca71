"""Columns of texts: laid out at once they are what Python lays out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import piled as module
from codestrata.kernels.piled import piled

TEXTS = [b"", b"a", b"int", "é".encode(), b"x" * 15, b"y" * 16, b"z" * 17, b"w" * 100, b"end"]


@given(st.integers(0, 4), st.integers(0, 9), st.booleans(), st.data())
def test_columns_of_texts(twin, laid, columns, rows, ordered, data):
    """No columns, no rows, texts of every length; in an order, or as they are; the same from the twin."""
    size = {"min_size": columns * rows, "max_size": columns * rows}
    which = data.draw(st.lists(st.integers(0, len(TEXTS) - 1), **size))
    order = data.draw(st.permutations(range(rows)))
    arena, offsets = laid(TEXTS)
    asked = (arena, offsets[:-1], offsets[1:], np.array(which, np.int64).reshape(columns, rows))
    wanted = [[TEXTS[which[c * rows + i]] for i in (order if ordered else range(rows))] for c in range(columns)]
    for modules in ((), (module,)):
        with twin(*modules):
            told = piled(*asked, np.array(order, np.int64) if ordered else None)
        assert [data.tobytes() for _, data in told] == [b"".join(column) for column in wanted]
        assert [np.diff(bounds).tolist() for bounds, _ in told] == [[len(text) for text in column] for column in wanted]
        assert all(bounds[0] == 0 for bounds, _ in told)


@pytest.mark.parametrize(
    ("start", "stop", "which", "order"),
    [*((-1, 1, 0, 0), (3, 2, 0, 0), (0, 11, 0, 0), (0, 1, 1, 0), (0, 1, -1, 0), (0, 1, 0, 1), (0, 1, 0, -1))],
)
def test_what_is_none_is_refused(start, stop, which, order):
    """No byte is read or written outside the buffers."""
    with pytest.raises(ValueError, match=r"outside|no such"):
        piled(
            np.zeros(10, np.uint8),
            *(np.array([place]) for place in (start, stop)),
            np.array([[which]]),
            np.array([order]),
        )
