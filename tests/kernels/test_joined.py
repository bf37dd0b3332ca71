"""Rows of pieces: joined in one go they are what Python joins one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import joined as module
from codestrata.kernels.joined import joined

PIECES = [b"", b"a", b"int", b"Map<K; V>", "é".encode()]


@given(st.lists(st.lists(st.integers(0, len(PIECES) - 1), max_size=4), max_size=8))
def test_rows_of_pieces(twin, laid, rows):
    """Rows of nothing, of empty texts, of several; the same from the twin."""
    which = np.array([one for row in rows for one in row], np.int64)
    row = np.repeat(np.arange(len(rows)), [len(row) for row in rows]).astype(np.int64)
    wanted = [b",".join(PIECES[one] for one in row) for row in rows]
    for modules in ((), (module,)):
        with twin(*modules):
            offsets, data = joined(*laid(PIECES), which, row, len(rows))
        assert data.tobytes() == b"".join(wanted)
        assert np.diff(offsets).tolist() == [len(line) for line in wanted]


@pytest.mark.parametrize(("which", "row"), [([5], [0]), ([-1], [0]), ([0], [2]), ([0], [-1]), ([0, 0], [1, 0])])
def test_what_is_none_is_refused(laid, which, row):
    """No byte is read or written outside the buffers."""
    with pytest.raises(ValueError, match=r"no such|not rise"):
        joined(*laid(PIECES), np.array(which), np.array(row), 2)
