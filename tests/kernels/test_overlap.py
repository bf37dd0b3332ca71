"""What texts share with known ones: both makes of the kernel find the same, and what they find is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codestrata.kernels import library, numpy_overlap
from codestrata.kernels.overlap import Overlaps, Sought
from codestrata.store.columns import Varlen

HERE = Path(__file__)


@pytest.fixture(autouse=True)
def _native() -> Iterator[None]:
    yield
    library.choose("native")


def sought(pieces: list[bytes], n: int) -> Sought:
    """Look for every gram of some texts, and for each of them whole."""
    grams, rows = [np.zeros(0, np.uint64)], []
    for piece in pieces:
        clean = numpy_overlap.blanked(piece)
        grams.append(numpy_overlap.grams_of(numpy_overlap.words_of(clean)[0], n))
        bytes_, _ = numpy_overlap.squeezed(clean)
        anchors = numpy_overlap.anchors_of(bytes_)
        if len(anchors):
            at = int(np.argmin(anchors))
            rows.append((int(anchors[at]), at, len(bytes_), numpy_overlap.whole_of(bytes_)))
    rows.sort()
    before, sizes = (np.array([row[i] for row in rows], np.int64) for i in (1, 2))
    anchors, wholes = (np.array([row[i] for row in rows], np.uint64) for i in (0, 3))
    return Sought(n, np.unique(np.concatenate(grams)), anchors, before, sizes, wholes)


def both(one: Sought, texts: list[bytes]) -> Overlaps:
    """Ask both makes; they must agree."""
    laid = Varlen.of(texts, text=False)
    library.choose("native")
    first = one.find(laid.data, laid.offsets)
    library.choose("numpy")
    second = one.find(laid.data, laid.offsets)
    np.testing.assert_array_equal(first.grams, second.grams)
    np.testing.assert_array_equal(first.patterns, second.patterns)
    return first


def made_up(seed: int) -> list[bytes]:
    """Make texts of few words, so that much is shared: with escapes, capitals, other alphabets, all kinds of space."""
    random = np.random.default_rng(seed)
    words = ["a", "B", "long_Name_of_it", "été", "x" * 8, "y" * 9, "Z" * 17, "\\n", "\\\\t", '\\"', "(", "_", "@["]
    spaces = [" ", "\n", "\t", "\r\n", "", "\v", "\f", "  "]
    out = []
    for _ in range(24):
        count = int(random.integers(0, 120))
        picked = zip(random.choice(words, count), random.choice(spaces, count), strict=True)
        out.append("".join(a + b for a, b in picked).encode())
    return [*out, b"", b"\\", b"\\" * 40, b"a", bytes(range(256)), b"word" * 2000]


@pytest.mark.parametrize("n", [3, 5, 10, 50])
def test_both_makes_agree(n: int) -> None:
    """On made-up texts that share much, and on a real file, whatever the length of grams."""
    for seed in range(6):
        texts = [*made_up(seed), HERE.read_bytes()]
        pieces = [text[len(text) // 4 : len(text) // 2] for text in texts]
        found = both(sought(pieces, n), texts)
        assert len(found.grams)
        assert len(found.patterns)


def test_random_bytes_hold_nothing() -> None:
    """Bytes that are no text are read like any others, and share nothing."""
    random = np.random.default_rng(5)
    texts = [random.integers(0, 256, size, np.uint8).tobytes() for size in (1, 15, 16, 17, 4095, 4096, 70_000)]
    found = both(sought([HERE.read_bytes()], 10), texts)
    assert not len(found.grams) + len(found.patterns)


def test_nothing_is_sought() -> None:
    """Empty lists find nothing."""
    assert not any(map(len, both(sought([], 10), made_up(1))))


def test_spans_are_where_the_words_are() -> None:
    """Start and end of a gram are those of its words, of a pattern those of its bytes, in a text with escapes."""
    piece = b"alpha beta  gamma_delta\nepsilon"
    text = b'x = "ALPHA\\n\\tbeta\\\\ngamma_Delta(EPSILON)"; alpha beta\r\n gamma_delta epsilon;'
    found = both(sought([piece], 4), [b"", text])
    assert [text[a:b] for *_, a, b in found.grams.tolist()] == [
        b"ALPHA\\n\\tbeta\\\\ngamma_Delta(EPSILON",
        b"alpha beta\r\n gamma_delta epsilon",
    ]
    assert [text[a:b] for *_, a, b in found.patterns.tolist()] == [b"alpha beta\r\n gamma_delta epsilon"]


def test_texts_do_not_run_into_one_another() -> None:
    """What begins in one text and ends in the next is in neither."""
    piece = b"one two three four five six seven"
    assert not any(map(len, both(sought([piece], 7), [piece[:15], piece[15:]])))
