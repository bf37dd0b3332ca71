"""Exact and near deduplication on synthetic documents, against definitions written out in full."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from codestrata.export.dedup import Clusters, Room, Terms, cluster, first_of_each, near, spill
from codestrata.export.dedup.bands import banding, least_agreement, pairs_of
from codestrata.export.dedup.star import stars
from codestrata.store.columns import Varlen


@given(st.lists(st.sampled_from([b"a" * 20, b"b" * 20, b"a" * 32, b"a" * 20 + b"\0" * 12, b"c" * 20]), max_size=30))
def test_the_best_ranked_of_equal_blobs_stands_for_all(blobs: list[bytes]) -> None:
    """Each row gets the best-ranked row of its own blob; ids of different length are different."""
    rank = np.random.default_rng(len(blobs)).permutation(len(blobs))
    first = first_of_each(Varlen.of(blobs, text=False), rank)
    for row, best in enumerate(first.tolist()):
        same = [i for i, blob in enumerate(blobs) if blob == blobs[row]]
        assert best == min(same, key=lambda i: rank[i])


_EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] != e[1]).map(sorted), max_size=40
)


@given(_EDGES, st.randoms(use_true_random=False))
def test_a_document_goes_only_for_a_neighbour_that_stays(pairs: list[list[int]], random: object) -> None:
    """Gone is who has a better neighbour that stays; the survivor is the best of them, whatever the edges' order."""
    edges = np.array(pairs, np.int64).reshape(-1, 2)
    edge = stars(12, edges)
    gone = edge >= 0
    for document in range(12):
        kept = [a for a, b in edges.tolist() if b == document and not gone[a]]
        assert bool(kept) == bool(gone[document])
        if kept:
            assert edges[edge[document]].tolist() == [min(kept), document]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    shuffled = np.array(pairs, np.int64).reshape(-1, 2)
    assert ((stars(12, shuffled) >= 0) == gone).all()


def test_there_are_no_chains() -> None:
    """A ~ B and B ~ C removes B for A and leaves C alone."""
    assert stars(3, np.array([[0, 1], [1, 2]])).tolist() == [-1, 0, -1]


@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
def test_banding_finds_pairs_at_the_threshold(threshold: float) -> None:
    """The bands fit into a signature and miss a pair at the threshold once in 2,000 times at most."""
    bands, rows = banding(threshold)
    assert bands * rows <= 128
    assert (1 - threshold**rows) ** bands <= 0.0005


def _one_permutation(sets: list[set[int]]) -> NDArray[np.uint16]:
    """Sign sets of integers by 128 independent permutations (plain MinHash)."""
    random = np.random.default_rng(7)
    tables = np.array([random.permutation(1 << 14) for _ in range(128)], np.uint16)
    return np.array([tables[:, list(s)].min(axis=1) for s in sets], np.uint16)


def _family(random: np.random.Generator, size: int, change: float, common: int = 200) -> list[set[int]]:
    """Make documents that share most of their shingles."""
    core = random.choice(1 << 14, common, replace=False)
    out = []
    for _ in range(size):
        keep = random.random(common) >= change
        out.append(set(core[keep].tolist()) | set(random.choice(1 << 14, int((~keep).sum()) + 1).tolist()))
    return out


def _jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b)


class _World:
    """Sets with their signatures, and a verifier that counts what it was asked."""

    def __init__(self, sets: list[set[int]]) -> None:
        self.sets = sets
        self.signatures = _one_permutation(sets)
        self.sizes = np.array([len(s) for s in sets], np.int32)
        self.asked: list[tuple[int, int]] = []

    def verify(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the exact Jaccard, and remember the pairs."""
        self.asked += [(a, b) for a, b in pairs.tolist()]
        return np.array([_jaccard(self.sets[a], self.sets[b]) for a, b in pairs.tolist()])

    def cluster(self, terms: float | Terms = 0.7, room: Room | None = None) -> Clusters:
        """Cluster the sets in their own order."""
        return cluster(self.signatures, self.sizes, terms, self.verify, room)


def _mixed(seed: int) -> list[set[int]]:
    random = np.random.default_rng(seed)
    sets = [s for _ in range(12) for s in _family(random, 5, random.uniform(0, 0.25))]
    sets += [set(random.choice(1 << 14, 150).tolist()) for _ in range(40)]
    return [sets[i] for i in random.permutation(len(sets))]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_goes_without_a_kept_twin(seed: int) -> None:
    """Each removed document names a better-ranked survivor that stays, with their exact Jaccard, 0.7 or more."""
    world = _World(_mixed(seed))
    found = world.cluster()
    gone = np.flatnonzero(found.survivor >= 0)
    assert len(gone) > 10
    for document in gone.tolist():
        twin = int(found.survivor[document])
        assert twin < document
        assert found.survivor[twin] < 0
        assert found.jaccard[document] == _jaccard(world.sets[document], world.sets[twin]) >= 0.7
    assert (found.jaccard[found.survivor < 0] == -1).all()


@pytest.mark.parametrize("seed", range(4))
def test_no_two_kept_documents_are_near_duplicates(seed: int) -> None:
    """The result is the one that brute force over all pairs gives."""
    world = _World(_mixed(seed))
    edges = [[a, b] for b in range(len(world.sets)) for a in range(b) if _jaccard(world.sets[a], world.sets[b]) >= 0.7]
    expected = stars(len(world.sets), np.array(edges, np.int64).reshape(-1, 2))
    assert ((world.cluster().survivor >= 0) == (expected >= 0)).all()


@pytest.mark.parametrize("size", [600, 1200])
def test_a_crowd_of_copies_costs_comparisons_in_line_with_its_size(size: int) -> None:
    """Many versions of one file are compared with a bounded number of them each, not all with all, and none twice."""
    world = _World(_family(np.random.default_rng(3), size, 0.05))
    found = world.cluster()
    assert (found.survivor >= 0).sum() == size - 1
    assert len(world.asked) < size * 200
    assert len(set(world.asked)) == len(world.asked)


def test_a_crowd_of_different_documents_is_looked_through() -> None:
    """Where a band is crowded with documents that stay, later ones are still paired with more than the first few."""
    random = np.random.default_rng(5)
    family = _family(random, 60, 0.42)
    twins = [set(sorted(s)[:-3]) for s in family[40:]]
    world = _World(family + twins)
    found = world.cluster()
    assert (found.survivor[60:] >= 0).all()
    assert (found.survivor[:60] < 0).sum() > 50


@given(_EDGES.filter(bool), st.integers(1, 4))
def test_pairs_may_come_in_any_portions(pairs: list[list[int]], portion: int) -> None:
    """However few pairs a look shows, the end is that of all at once: who went may come back, and is paired again."""
    known = sorted({(a, b) for a, b in pairs})
    shown: set[tuple[int, int]] = set()

    def look(*given: object) -> NDArray[np.uint64]:
        active = set(given[2].tolist())  # type: ignore[attr-defined]
        news = [p for p in known if set(p) <= active and p not in shown][-portion:]
        shown.update(news)
        return np.array(sorted(a << 32 | b for a, b in news), np.uint64)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near, "pairs_of", look)
        signatures, sizes = np.zeros((12, 128), np.uint16), np.zeros(12, np.int32)
        found = cluster(signatures, sizes, 0.7, lambda asked: np.ones(len(asked)))
    assert ((found.survivor >= 0) == (stars(12, np.array(known)) >= 0)).all()


def test_an_unreadable_document_stays() -> None:
    """A pair whose Jaccard nobody can tell (-1) removes nothing."""
    sets = _family(np.random.default_rng(1), 3, 0.0)
    signatures, sizes = _one_permutation(sets), np.full(3, 200, np.int32)
    found = cluster(signatures, sizes, 0.7, lambda pairs: np.full(len(pairs), -1.0))
    assert (found.survivor == -1).all()
    assert len(found.pairs) > 0


def test_small_documents_may_look_less_alike() -> None:
    """Few shingles say little in a signature: pairs of small documents are verified on less agreement."""
    assert least_agreement(10, 0.7) == 0
    assert 0.25 < least_agreement(32, 0.7) < least_agreement(128, 0.7) < least_agreement(10_000, 0.7) < 0.55
    signatures = np.arange(256, dtype=np.uint16).reshape(2, 128)
    signatures[1, :4] = signatures[0, :4]
    assert pairs_of(signatures, np.array([9, 9], np.int32), np.arange(2), 0.7).tolist() == [1]
    assert pairs_of(signatures, np.array([900, 900], np.int32), np.arange(2), 0.7).tolist() == []


def test_no_documents_no_clusters() -> None:
    """Nothing in, nothing out."""
    empty = cluster(np.zeros((0, 128), np.uint16), np.zeros(0, np.int32), 0.7, lambda pairs: np.zeros(len(pairs)))
    assert len(empty.survivor) == len(empty.pairs) == 0


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut everything that is done in parts into small ones."""
    for name in ("_BLOCK", "_PART", "_AT_ONCE", "_HELD"):
        monkeypatch.setattr(spill, name, 16)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_on_disk_the_same_documents_stay(tmp_path: Path, seed: int, threads: int) -> None:
    """Banded in parts on disk, with however many threads, the answer is that of brute force, twins and figures too."""
    world = _World(_mixed(seed))
    spilled = world.cluster(room=Room(tmp_path, threads, in_core=0))
    at_once = _World(world.sets).cluster()
    for name in ("survivor", "jaccard", "pairs", "scores"):
        np.testing.assert_array_equal(getattr(spilled, name), getattr(at_once, name))
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("small_parts")
def test_on_disk_crowds_are_looked_through(tmp_path: Path) -> None:
    """A crowd larger than its leaders: copies cost in line with their number, and strangers in it find their twins."""
    asked = []
    for size in (100, 200):
        world = _World(_family(np.random.default_rng(3), size, 0.05))
        assert (world.cluster(room=Room(tmp_path, in_core=0)).survivor >= 0).sum() == size - 1
        asked.append(len(world.asked))
    assert asked[1] < 3 * asked[0] < 100 * 100
    family = _family(np.random.default_rng(5), 60, 0.42)
    world = _World(family + [set(sorted(s)[:-3]) for s in family[40:]])
    assert (world.cluster(room=Room(tmp_path, in_core=0)).survivor[60:] >= 0).all()


def test_what_is_fixed_stays_and_groups_go_without_jaccard() -> None:
    """Of two near documents that are fixed both stay; a group's first that stays takes the others, near or not."""
    sets = _family(np.random.default_rng(1), 3, 0.02)
    sets += [set(range(9000 + 100 * k, 9100 + 100 * k)) for k in range(3)]
    found = _World(sets).cluster(Terms(0.7, np.array([-1, -1, 0, 0, 0, -1]), fixed=2))
    assert found.survivor.tolist() == [-1, -1, 0, -1, 3, -1]
    assert found.grouped.tolist() == [False, False, False, False, True, False]
    assert found.jaccard[4] == 0.0
