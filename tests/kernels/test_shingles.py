"""Sets of shingles and their Jaccard index."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.kernels import shingles as module
from codestrata.kernels.shingles import jaccard, shingles


def windows(text: bytes) -> set[bytes]:
    """Give the distinct 5-word windows of a text, by a regular expression."""
    words = re.findall(rb"[A-Za-z0-9_\x80-\xff]+", text.lower())
    return {b" ".join(words[i : i + 5]) for i in range(max(len(words) - 4, min(len(words), 1)))}


@given(
    st.lists(
        st.lists(st.sampled_from([b"a", b"B", b"b", b"_c", b"x" * 20, b" ", b"\n", b"+"]), max_size=150).map(b"".join),
        max_size=6,
    )
)
@settings(deadline=None)
def test_sets_like_a_regular_expression(laid, twin, texts):
    """There is a hash for each distinct window of five words, in lower case; rising; the same from the twin."""
    arena, offsets = laid(texts)
    bounds, hashes = shingles(arena, offsets)
    for text, (a, b) in zip(texts, pairwise(bounds), strict=True):
        assert b - a == len(windows(text))
        assert np.all(np.diff(hashes[a:b].astype(object)) > 0)
    with twin(module):
        expected = shingles(arena, offsets)
    np.testing.assert_array_equal(bounds, expected[0])
    np.testing.assert_array_equal(hashes, expected[1])


def test_real_files(laid, twin, sources):
    """Real files, large enough to be sorted by counting, give the same sets everywhere."""
    texts = [*sources[::5], b"\n".join(sources)]
    with twin(module):
        expected = shingles(*laid(texts))
    for target in (1, 2, 3):
        got = shingles(*laid(texts), target=target)
        np.testing.assert_array_equal(got[0], expected[0])
        np.testing.assert_array_equal(got[1], expected[1])


def test_jaccard_is_exact(laid, twin, sources):
    """The index of two texts is that of the sets of their windows."""
    texts = [b"", b"one two", b"one TWO", b"two one", *[t for t in sources if len(t) > 500][:12]]
    texts += [t[: len(t) * 3 // 4] for t in texts[4:]]
    pairs = np.array([(i, j) for i in range(len(texts)) for j in range(i, len(texts))])
    bounds, hashes = shingles(*laid(texts))
    got = jaccard(pairs, bounds, hashes)
    sets = [windows(text) for text in texts]
    truth = [len(sets[i] & sets[j]) / max(1, len(sets[i] | sets[j])) for i, j in pairs.tolist()]
    np.testing.assert_array_equal(got, truth)
    with twin(module):
        np.testing.assert_array_equal(jaccard(pairs, bounds, hashes), got)


def test_short_texts_are_alike_only_when_equal(laid):
    """Texts of fewer than five words are one another's near-duplicates only when their words are the same."""
    texts = [b"a b c d", b"a b c", b"a b c d e", b"A  B\tC+d", b"", b"b a c d"]
    bounds, hashes = shingles(*laid(texts))
    pairs = np.array([(0, j) for j in range(1, len(texts))])
    assert jaccard(pairs, bounds, hashes).tolist() == [0, 0, 1, 0, 0]


def test_pairs_must_exist(laid):
    """A pair that names a set out of range is refused, not read."""
    bounds, hashes = shingles(*laid([b"a b"]))
    for pair in ((0, 1), (-1, 0)):
        with pytest.raises(ValueError, match="does not exist"):
            jaccard(np.array([pair]), bounds, hashes)
