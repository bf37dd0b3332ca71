"""Grams: the kernel and its twin make the same filter, and it never denies what is there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import grams as module
from codestrata.kernels.grams import GRAM, among, grams, hashes

TEXTS = st.one_of(st.binary(max_size=40), st.text("ab.", max_size=400).map(str.encode))


@given(text=TEXTS)
def test_the_twin_makes_the_same(twin, text: bytes) -> None:
    """Of any bytes, those that are shorter than a piece included."""
    told = np.frombuffer(text, np.uint8)
    ours = grams(told)
    with twin(module):
        assert np.array_equal(ours, grams(told))


@given(before=TEXTS, piece=st.binary(min_size=GRAM, max_size=12), behind=TEXTS)
def test_what_is_there_is_there(before: bytes, piece: bytes, behind: bytes) -> None:
    """All pieces of a text are in its filter, wherever it stands."""
    found = grams(np.frombuffer(before + piece + behind, np.uint8))
    assert among(found, hashes(np.frombuffer(piece, np.uint8))).all()


def test_most_of_what_is_not_there_is_not() -> None:
    """A filter of our own source denies nearly all of what was made up."""
    text = np.frombuffer((module.__doc__ or "").encode() * 4, np.uint8)
    made_up = np.random.default_rng(1).integers(0, 256, 10_000, np.uint8)
    assert among(grams(text), hashes(made_up)).mean() < 0.01
