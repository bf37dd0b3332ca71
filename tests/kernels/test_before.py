"""How many numbers are below a place: the kernel and its twin agree, whichever way places go."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import before as module
from codestrata.kernels import library
from codestrata.kernels.before import before, breaks, ranges

NUMBERS = st.lists(st.integers(-30, 30) | st.integers(-(1 << 62), 1 << 62), max_size=80)


@given(rising=NUMBERS, places=NUMBERS)
def test_the_twin_says_the_same(twin, rising: list[int], places: list[int]) -> None:
    """Any numbers, several alike, none at all; places in any order."""
    told, asked = np.sort(np.array(rising, np.int64)), np.array(places, np.int64)
    ours = before(told, asked).tolist()
    assert ours == [sum(number < place for number in rising) for place in places]
    with twin(module):
        assert before(told, asked).tolist() == ours


def test_places_far_apart() -> None:
    """To and fro over many numbers, by strides of every length."""
    rising = np.cumsum(np.random.default_rng(3).integers(0, 3, 5000))
    places = np.concatenate([np.arange(-1, rising[-1] + 2, step) for step in (1, 7, 501)] * 2)
    for asked in (places, places[::-1], np.random.default_rng(4).permutation(places)):
        assert np.array_equal(before(rising, asked), np.searchsorted(rising, asked))


@given(st.lists(st.sampled_from([b"\n", b"\x0b", b"\x8a", b"\t", b"abcdefg", b"\n\n", b"x" * 20])))
def test_places_of_line_breaks(pieces):
    """Kernel and twin find each line break, and nothing that is like one."""
    text = b"".join(pieces)
    for kind in ("native", "numpy"):
        library.choose(kind)
        found = breaks(np.frombuffer(text, np.uint8)).tolist()
        library.choose("native")
        assert found == [i for i, byte in enumerate(text) if byte == ord("\n")]


@given(st.lists(st.binary(max_size=9).map(lambda text: text.replace(b"a", b"\n")), min_size=1, max_size=6), st.data())
def test_ranges_of_pieces(texts, data):
    """Where pieces are in their file and on which lines, by kernel and twin, as counting line breaks gives it."""
    offsets = np.cumsum([0, *map(len, texts)])
    arena = np.frombuffer(b"".join(texts), np.uint8)
    places = breaks(arena)
    lines = before(places, offsets)
    pieces = []
    for file in data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=12)):
        start, stop = sorted(data.draw(st.tuples(*(st.integers(0, len(texts[file])),) * 2)))
        pieces.append((file, start, stop))
    told = np.array(pieces, np.int64).reshape(-1, 3)
    base = offsets[told[:, 0]]
    expected = [
        (start, stop, *(texts[file][:end].count(b"\n") + 1 for end in (start, max(stop - 1, start))))
        for file, start, stop in pieces
    ]
    for kind in ("native", "numpy"):
        library.choose(kind)
        found = ranges(places, offsets, lines, told[:, 0], base + told[:, 1], base + told[:, 2])
        library.choose("native")
        assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
