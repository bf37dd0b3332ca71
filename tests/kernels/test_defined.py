"""Owners and paths of definitions: the kernel and its twin agree with putting texts together one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import library
from codestrata.kernels.nodes.defined import owners, paths
from codestrata.store.columns import Varlen

_TEXTS = st.sampled_from(["", "a", "B1", "name", "ä", "a.b"])


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


@given(st.lists(st.tuples(st.integers(-1, 9), _TEXTS, _TEXTS), max_size=12))
def test_owners_are_the_paths_of_parents_and_what_a_name_says(rows):
    """The owner of each is its parent's owner and name, and what its own name says, with dots between what there is."""
    parent = [min(above, i - 1) for i, (above, _, _) in enumerate(rows)]
    wanted: list[str] = []
    for above, (_, _, own) in zip(parent, rows, strict=True):
        path = "" if above < 0 else f"{wanted[above]}.{rows[above][1]}" if wanted[above] else rows[above][1]
        wanted.append(".".join(filter(None, (path, own))))
    names, given_ = (Varlen.of([row[i] for row in rows]) for i in (1, 2))
    for kind in ("native", "numpy"):
        library.choose(kind)
        told = owners(np.array(parent, np.int64), (names.offsets, names.data), (given_.offsets, given_.data))
        assert Varlen(*told, text=True).strings() == wanted


@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=8), st.data())
def test_paths_of_some_definitions(rows, data):
    """A path is an owner, if there is one, a dot, and a name; that of no definition is empty."""
    some = data.draw(st.lists(st.integers(-1, len(rows) - 1), max_size=9))
    owned, named = (Varlen.of([row[i] for row in rows]) for i in (0, 1))
    native = library.library()
    if native is None:
        pytest.skip("no compiled kernels here")
    told = paths(native, np.array(some, np.int64), (owned.offsets, owned.data), (named.offsets, named.data))
    wanted = ["" if i < 0 else f"{rows[i][0]}." * bool(rows[i][0]) + rows[i][1] for i in some]
    assert Varlen(*told, text=True).strings() == wanted
