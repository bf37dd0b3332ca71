"""Numbering the distinct strings of a column."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import codes as module
from codestrata.kernels.codes import codes_of


@given(st.lists(st.sampled_from([b"", b"a", b"ab", b"12345678", b"12345678x", b"a" * 40]) | st.binary(max_size=20)))
def test_equal_strings_have_one_number(laid, twin, rows):
    """Strings are numbered as they first appear; the same from the twin."""
    data, offsets = laid(rows)
    order = list(dict.fromkeys(rows))
    for modules in ((), (module,)):
        with twin(*modules):
            codes, firsts = codes_of(data, offsets)
        assert codes.tolist() == [order.index(row) for row in rows]
        assert firsts.tolist() == [rows.index(row) for row in order]


def test_many_distinct_strings(laid):
    """The table grows with what it holds."""
    rows = [b"%d" % (i * 7919 % 30_011) for i in range(60_000)]
    codes, firsts = codes_of(*laid(rows))
    assert len(firsts) == 30_011
    assert [rows[f] for f in firsts[codes].tolist()] == rows
    assert np.array_equal(np.sort(firsts), firsts)
