"""Places of texts, and who asks about what holds them: the kernels and their twins say what a search says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels.nodes import places as module
from codestrata.kernels.nodes.places import PIECE, Askers, Texts

SOUGHT = st.lists(st.text("abAB_", min_size=PIECE, max_size=7).map(str.encode), max_size=12, unique=True)
ARENAS = st.one_of(
    st.text("abAB_", max_size=300).map(str.encode),
    st.builds(lambda text, times: text * times, st.text("abAB", min_size=1, max_size=40).map(str.encode), st.just(300)),
)


@given(sought=SOUGHT, arena=ARENAS, target=st.integers(0, 3))
def test_each_text_is_found_wherever_it_stands(twin, sought: list[bytes], arena: bytes, target: int) -> None:
    """Texts in one another, that overlap, at both ends of the arena, and some that are not there."""
    texts, told = Texts(sought), np.frombuffer(arena, np.uint8)
    at, which = texts.places(told, target)
    found = sorted((which, place) for which, place in zip(which.tolist(), at.tolist(), strict=True))
    wanted = [(i, begin) for i, one in enumerate(sought) for begin in range(len(arena)) if arena.startswith(one, begin)]
    assert [i for i, _ in found] == [i for i, _ in wanted]
    leads = {place - begin for (_, place), (_, begin) in zip(found, wanted, strict=True)}
    assert all(0 <= lead <= max(map(len, sought)) - PIECE for lead in leads)
    assert (np.diff(at) >= 0).all()
    with twin(module):
        assert [column.tolist() for column in texts.places(told)] == [at.tolist(), which.tolist()]


def test_real_texts(twin, sources: list[bytes]) -> None:
    """Words of our own sources in all of them, with every build of the kernel."""
    arena = np.frombuffer(b"".join(sources[::9]), np.uint8)
    texts = Texts([b"def __init__", b"import", b"return", b"    ", b"None", b"nowhere at all", b"uint8_t"])
    with twin(module):
        wanted = [column.tolist() for column in texts.places(arena)]
    assert len(wanted[0]) > len(arena) // 64
    for target in range(4):
        assert [column.tolist() for column in texts.places(arena, target)] == wanted


NESTED = st.recursive(st.just([]), lambda below: st.lists(below, max_size=4), max_leaves=25)


def _laid(trees: list, size: int) -> tuple[list[list[int]], int]:
    """Lay trees out: rows of start, end, parent, each leaf two bytes long, with a byte before each node."""
    rows: list[list[int]] = []

    def lay(tree: list, parent: int, at: int) -> int:
        here, at = len(rows), at + 1
        rows.append([at, 0, parent])
        for one in tree:
            at = lay(one, here, at)
        rows[here][1] = at if tree else at + 2
        return rows[here][1]

    for tree in trees:
        size = lay(tree, -1, size)
    return rows, size


@given(trees=st.lists(NESTED, min_size=1, max_size=3), data=st.data())
def test_who_asks_about_what(twin, trees: list, data: st.DataObject) -> None:
    """All nodes of an asker's kinds that hold a place of one of its texts."""
    rows, size = _laid(trees, 0)
    start, end, parent = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    kinds = st.sampled_from([3, 9, 65535])
    kind = np.array(data.draw(st.lists(kinds, min_size=len(rows), max_size=len(rows))), np.uint16)
    few = st.lists(st.integers(0, 2), max_size=3, unique=True)
    askers = data.draw(st.lists(st.tuples(few, st.lists(kinds, max_size=3, unique=True)), max_size=70))
    places = data.draw(st.lists(st.tuples(st.integers(0, size + 1), st.integers(0, 2)), max_size=20).map(sorted))
    at, which = (np.array(column, np.int64) for column in (zip(*places, strict=True) if places else ((), ())))
    asked = Askers([texts for texts, _ in askers], [about for _, about in askers], 3)
    found = asked.nodes((at, which), (kind, start, end, parent)).tolist()
    assert found == [
        i * len(rows) + node
        for i, (texts, about) in enumerate(askers)
        for node, (begin, stop, _) in enumerate(rows)
        if kind[node] in about and any(begin <= place < stop and text in texts for place, text in places)
    ]
    with twin(module):
        assert asked.nodes((at, which), (kind, start, end, parent)).tolist() == found


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_more_than_there_is_room_for(count: int) -> None:
    """However many there are, all of them are given."""
    arena = np.frombuffer(b"abcd" * count + b"abc", np.uint8)
    at, which = Texts([b"abcd"]).places(arena)
    assert len(at) == count
    deep = np.arange(400)
    columns = (np.zeros(400, np.uint16), np.zeros(400, np.int64), np.full(400, len(arena) + 1), deep - 1)
    askers = Askers([[0]] * 20, [[0]] * 20, 1)
    assert len(askers.nodes((at, which), columns)) == (20 * 400 if count else 0)
