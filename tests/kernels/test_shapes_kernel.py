"""Distinct shapes of files: the kernel and its twin give what counting them does."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.nodes import shapes as module
from codestrata.kernels.nodes.shapes import distinct_shapes


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([0, 1, 2, 5, 1 << 63, (1 << 64) - 1])), max_size=60))
def test_distinct_shapes(twin, told):
    """Of each file its smallest shapes, each with its first place and how often it comes."""
    told = sorted(told, key=lambda one: one[0])
    files, shapes = np.array([f for f, _ in told], np.int64), np.array([s for _, s in told], np.uint64)
    count = Counter(told)
    kept = [one for one in sorted(count) if sum(other < one and other[0] == one[0] for other in count) < 3]
    for modules in ((), (module,)):
        with twin(*modules):
            first, times = distinct_shapes(files, shapes, 301, 3)
        assert first.tolist() == [told.index(one) for one in kept]
        assert times.tolist() == [count[one] for one in kept]
