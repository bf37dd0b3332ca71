"""Numbering the words of a column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.export.decide.columns import Coded, varlen
from codestrata.store.columns import Varlen

_WORDS = st.lists(
    st.sampled_from(["", "a", "ab", "a\0", "x" * 8, "x" * 9, "x" * 17, "y" + "x" * 16, "é" * 30]) | st.text()
)


@given(_WORDS)
def test_codes_say_what_the_column_says(words: list[str]) -> None:
    """Every row's word comes back, and every word is listed once."""
    coded = Coded.of(Varlen.of(words))
    assert [coded.words[k] for k in coded.codes.tolist()] == words
    assert len(set(coded.words)) == len(coded.words)
    assert coded.spread(coded.words).strings() == words
    assert coded.among(["a", "é" * 30]).tolist() == [w in {"a", "é" * 30} for w in words]


def test_a_column_of_figures_is_not_one_of_strings() -> None:
    """Asking for text where there is none is an error that names the column."""
    with pytest.raises(TypeError, match="size"):
        varlen({"size": np.zeros(1)}, "size")
