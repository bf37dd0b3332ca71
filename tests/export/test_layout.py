"""Where shards end."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.export.write.layout import boundaries


def _rows(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 20_000, count), rng.integers(0, 256, (count, 20), dtype=np.uint8)


@given(st.integers(0, 3000), st.integers(1, 2_000_000), st.integers(0, 9))
def test_shards_cover_all_rows_once(count, target, seed):
    """Shards are not empty, follow one another without a gap, and cover everything."""
    sizes, blobs = _rows(count, seed)
    shards = boundaries(sizes, blobs, target)
    assert [a for a, _ in shards] == [0, *(b for _, b in shards[:-1])][: len(shards)]
    assert all(a < b for a, b in shards)
    assert (shards[-1][1] if shards else 0) == count


def test_shards_are_near_their_target():
    """A shard holds between half and twice its target, the last one at most that."""
    sizes, blobs = _rows(20_000)
    totals = [sizes[a:b].sum() for a, b in boundaries(sizes, blobs, 5_000_000)]
    assert all(2_500_000 <= t <= 10_000_000 for t in totals[:-1])
    assert totals[-1] <= 10_000_000


def test_a_change_moves_only_the_boundaries_around_it():
    """Rows put in at one place leave almost all other shards as they were."""
    sizes, blobs = _rows(50_000)
    before = {blobs[a:b].tobytes() for a, b in boundaries(sizes, blobs, 2_000_000)}
    more_sizes, more_blobs = _rows(37, seed=2)
    at = 20_000
    changed = np.concatenate([blobs[:at], more_blobs, blobs[at:]])
    after = boundaries(np.concatenate([sizes[:at], more_sizes, sizes[at:]]), changed, 2_000_000)
    same = sum(changed[a:b].tobytes() in before for a, b in after)
    assert len(after) > 100
    assert same >= len(after) - 4


def test_a_huge_row_gets_a_shard():
    """One row over the target stands alone rather than blocking the rest."""
    sizes = np.array([10, 10_000_000, 10], np.int64)
    shards = boundaries(sizes, np.full((3, 20), 1, np.uint8), 1000)
    assert (1, 2) in shards
