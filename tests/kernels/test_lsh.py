"""Candidates for near-duplicates."""

from __future__ import annotations

import numpy as np
import pytest

from codestrata.kernels import lsh as module
from codestrata.kernels.lsh import agreement, band_records, candidates, meeting, stars


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


@pytest.mark.parametrize(("bands", "rows"), [(16, 8), (25, 5), (32, 4), (128, 1)])
def test_records_and_their_twin_agree(twin, bands, rows):
    """The same records of bands, in the same groups; texts of all zeros have none."""
    signatures = np.concatenate([planted(200, 80, 0.2), np.zeros((3, 128), np.uint16)])
    numbers = np.arange(203) * 3
    records, ends = band_records(signatures, numbers, bands, rows, high=3, low=10)
    assert len(records) == ends[-1] == 200 * bands
    with twin(module):
        for got, wanted in zip(
            band_records(signatures, numbers, bands, rows, high=3, low=10), (records, ends), strict=True
        ):
            np.testing.assert_array_equal(got, wanted)


def test_records_are_equal_where_bands_are():
    """Two texts have as many records in common, but for their numbers, as they have equal bands."""
    signatures = planted(2, 1, 0.3)
    records, ends = band_records(signatures, np.array([0, 1]), 32, 4, high=2, low=1)
    parts = np.repeat(np.arange(4), np.diff(ends, prepend=0))
    listed = list(zip(parts.tolist(), records.tolist(), strict=True))
    keys = [{(part, record >> 1) for part, record in listed if record & 1 == k} for k in (0, 1)]
    equal = (signatures[0].reshape(32, 4) == signatures[1].reshape(32, 4)).all(axis=1).sum()
    assert len(keys[0] & keys[1]) == equal > 0


def test_agreement_and_stars_and_their_twins_agree(twin):
    """Values in common are counted, groups come before edges, and what goes takes nothing away."""
    signatures = planted(60, 30, 0.3)
    rng = np.random.default_rng(2)
    pairs = np.sort(rng.integers(0, 60, (200, 2)), axis=1)
    counted = agreement(signatures, pairs)
    assert counted.tolist() == (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).sum(axis=1).tolist()
    edges = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    edges = edges[np.lexsort((edges[:, 0], edges[:, 1]))]
    groups = rng.integers(-1, 12, 60)
    found = [stars(60, *edges.T, group) for group in (None, groups)]
    with twin(module):
        np.testing.assert_array_equal(agreement(signatures, pairs), counted)
        for group, wanted in zip((None, groups), found, strict=True):
            np.testing.assert_array_equal(stars(60, *edges.T, group), wanted)
    assert stars(4, np.array([0]), np.array([1]), np.array([-1, 0, 0, 0])).tolist() == [-1, 0, -1, 1 + 2]
