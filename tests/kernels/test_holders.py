"""Which of nested stretches holds a place: the kernel and its twin agree."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.family import _holders, holders


@st.composite
def nested(draw) -> tuple[list[int], list[int]]:
    """Give stretches that are nested or apart, rising, and places among them in any order."""
    scopes, ends, open_ = [], [], []
    for at, step in enumerate(draw(st.lists(st.sampled_from("(.)"), max_size=40))):
        if step == "(":
            open_.append(len(scopes))
            scopes.append(at)
            ends.append(10**6)
        elif step == ")" and open_:
            ends[open_.pop()] = at
    return scopes, ends


@given(nested(), st.lists(st.integers(0, 45)))
def test_the_innermost_stretch_around_a_place(stretches, places):
    """What begins last before a place and ends behind it; -1 where none is."""
    scopes, ends, nodes = (np.array(some, np.int64) for some in (*stretches, places))
    around = [max((j for j in range(len(scopes)) if scopes[j] <= n < ends[j]), default=-1) for n in places]
    assert holders(scopes, ends, nodes).tolist() == around
    assert _holders(scopes, ends, nodes).tolist() == around
