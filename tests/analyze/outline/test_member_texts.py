"""Texts of members: rows joined in one go are what Python joins one by one; modifiers are told in order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.syntax.outline.members.said import BITS, column, written
from codestrata.analyze.syntax.outline.members.texts import joined, ranks
from codestrata.store.columns import Varlen

PIECES = ["", "a", "int", "Map<K; V>", "é"]


@given(rows=st.lists(st.lists(st.integers(0, len(PIECES) - 1), max_size=4), max_size=8))
def test_joined(rows: list[list[int]]) -> None:
    """Rows of nothing, of empty texts, of several."""
    which = np.array([one for row in rows for one in row], np.int64)
    row = np.repeat(np.arange(len(rows)), [len(row) for row in rows]).astype(np.int64)
    told = joined(Varlen.of(PIECES), which, row, len(rows))
    assert told.strings() == [",".join(PIECES[one] for one in row) for row in rows]
    assert ranks(row).tolist() == [place for row in rows for place in range(len(row))]


def test_modifiers() -> None:
    """As they are called here, each once, in the order of the alphabet; parts of words are none."""
    sets = [written(text) for text in (b"pub static readonly", b"@Override public final", b"republic", b"")]
    told = [{"public", "static", "final"}, {"override", "public", "final"}, set(), set()]
    assert sets == [sum(BITS[word] for word in words) for words in told]
    assert column(np.array(sets, np.int64)).strings() == [",".join(sorted(words)) for words in told]
