"""Known texts: the kernel finds what its twin finds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.licence.index import build, load
from codestrata.analyze.licence.words import words
from codestrata.kernels import known as module
from codestrata.model.spdx import licence_text

ALPHABET = [f"w{i}" for i in range(12)]
CHANCE = random.Random(1)
TEXTS = [(f"T{i}", " ".join(CHANCE.choice(ALPHABET) for _ in range(CHANCE.choice((15, 30, 80))))) for i in range(20)]
INDEX = build(TEXTS)


@given(
    st.lists(
        st.one_of(
            st.sampled_from([text for _, text in TEXTS]), st.lists(st.sampled_from([*ALPHABET, "é", "z"])).map(" ".join)
        ),
        max_size=6,
    ).map(" ".join)
)
def test_the_twin_finds_the_same(twin, text):
    """Texts that look alike, put together with noise."""
    asked = " ".join(words(text))
    with twin(module):
        expected = INDEX.known.find(asked)
    assert INDEX.known.find(asked) == expected


@pytest.mark.parametrize("id_", ["MIT", "BSD-3-Clause", "Apache-2.0", "GPL-2.0-only", "ISC", "Zlib", "X11", "MPL-2.0"])
def test_the_twin_finds_the_same_licences(twin, id_):
    """A licence text, less some words, with another behind it."""
    chance = random.Random(id_)
    listed = [word for word in words(licence_text(id_)) if chance.random() > 0.02]
    listed += words(licence_text("HPND"))
    asked = " ".join(listed)
    with twin(module):
        expected = load().known.find(asked)
    assert load().known.find(asked) == expected
    assert expected


@pytest.mark.parametrize("text", ["", "w1", "w1 w2", "nothing known at all"])
def test_little_text_holds_nothing(text):
    """No pairs, or none that is known."""
    assert INDEX.known.find(text) == []
