"""Candidates for near-duplicates."""

from __future__ import annotations

import numpy as np
import pytest

from codestrata.kernels import lsh as module
from codestrata.kernels.lsh import candidates, meeting


def planted(n: int, copies: int, change: float, seed: int = 1) -> np.ndarray:
    """Give n signatures: random ones, the last ``copies`` of them near copies of earlier ones."""
    rng = np.random.default_rng(seed)
    signatures = rng.integers(1, 2**16, (n, 128), dtype=np.uint16)
    source = rng.integers(0, n - copies, copies)
    signatures[n - copies :] = signatures[source]
    changed = rng.random((copies, 128)) < change
    signatures[n - copies :][changed] = rng.integers(1, 2**16, int(changed.sum()), dtype=np.uint16)
    return signatures


@pytest.mark.parametrize(("bands", "rows"), [(16, 8), (25, 5), (32, 4), (128, 1)])
@pytest.mark.parametrize("least", [0.0, 0.5, 0.8])
def test_native_and_twin_agree(twin, bands, rows, least):
    """The native search and its twin give the same pairs, crowds, texts without words and equal texts included."""
    signatures = np.concatenate([planted(300, 100, 0.2), planted(120, 119, 0.3, seed=2), np.zeros((3, 128), np.uint16)])
    signatures = np.concatenate([signatures, signatures[250:290]])
    got = candidates(signatures, bands, rows, least=least)
    with twin(module):
        np.testing.assert_array_equal(candidates(signatures, bands, rows, least=least), got)


def test_pairs_are_sorted_and_each_once():
    """Pairs are (earlier, later), rising, without repetition, and as alike as was asked for."""
    signatures = planted(500, 300, 0.2)
    pairs = candidates(signatures, least=0.6)
    listed = [tuple(pair) for pair in pairs.tolist()]
    assert listed == sorted(set(listed)) != []
    assert np.all(pairs[:, 0] < pairs[:, 1])
    assert ((signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1) >= 0.6).all()


def test_near_copies_are_found():
    """With 32 bands of 4, at least 999 of 1000 pairs that agree in 75 % of their values are found."""
    n = 4000
    rng = np.random.default_rng(3)
    signatures = rng.integers(1, 2**16, (2 * n, 128), dtype=np.uint16)
    signatures[n:] = signatures[:n]
    for row in signatures[n:]:
        row[rng.permutation(128)[:32]] = 0
    found = set(map(tuple, candidates(signatures).tolist()))
    assert sum((i, n + i) in found for i in range(n)) >= 0.999 * n


def test_a_crowd_of_equals_is_a_star():
    """Many texts with one signature are paired with the first of them, not each with each."""
    signatures = np.repeat(planted(2, 0, 0.0), 5000, axis=0)
    pairs = candidates(signatures)
    assert len(pairs) == 2 * 4999
    assert set(pairs[:, 0].tolist()) == {0, 5000}


def test_equal_texts_share_what_they_resemble():
    """A text equal to another is also paired with what that one resembles."""
    first, second = planted(2, 1, 0.2)
    assert candidates(np.stack([first, second, second])).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_a_crowd_of_near_copies_stays_bounded():
    """However many texts resemble one another, each has 32 partners at most."""
    rng = np.random.default_rng(5)
    signatures = np.repeat(planted(1, 0, 0.0), 3000, axis=0)
    changed = rng.random(signatures.shape) < 0.15
    signatures[changed] = rng.integers(1, 2**16, int(changed.sum()), dtype=np.uint16)
    pairs = candidates(signatures)
    assert np.bincount(pairs[:, 1]).max() <= 32
    assert np.count_nonzero(np.bincount(pairs[:, 1], minlength=3000) == 0) < 20


@pytest.mark.parametrize("shape", [(0, 128), (1, 128)])
def test_nothing_to_pair(shape):
    """No texts, or one, make no pair."""
    assert candidates(np.ones(shape, np.uint16)).shape == (0, 2)


def test_impossible_bands_are_refused():
    """Bands that do not fit into a signature are refused."""
    with pytest.raises(ValueError, match="bands"):
        candidates(np.ones((2, 128), np.uint16), 33, 4)
    with pytest.raises(ValueError, match="128"):
        candidates(np.ones((2, 64), np.uint16), 4, 4)


@pytest.mark.parametrize(("bands", "rows"), [(16, 8), (32, 4), (128, 1)])
def test_whoever_is_in_a_pair_meets_somebody(twin, bands, rows):
    """Texts left out by :func:`meeting` are in no pair; the same from the twin."""
    signatures = np.concatenate([planted(400, 100, 0.3), planted(300, 0, 0.0, seed=3)])
    meets = meeting(signatures, bands, rows)
    assert set(np.unique(candidates(signatures, bands, rows, least=0.0))) <= set(np.flatnonzero(meets).tolist())
    assert rows == 1 or not meets.all()
    with twin(module):
        np.testing.assert_array_equal(meeting(signatures, bands, rows), meets)
