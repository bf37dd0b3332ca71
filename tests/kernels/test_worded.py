"""Words in texts and names: the kernels and their twins agree, on made-up texts and on real ones."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import worded as module
from codestrata.kernels.worded import LETTERS, LONGEST, MOST, Words, camel, read, spoken, worded

KNOWN = {b"pub": 1, b"public": 2, b"visitor": 4, b"visitors": 4, b"x": 1 << 62, b"a" * LONGEST: 8}
PIECES = [
    "pub",
    "public",
    "Visitor",
    "VISITORS",
    "X",
    "x",
    " ",
    "_",
    "9",
    ".",
    "\n",
    "a" * LONGEST,
    "a" * 40,
    "é",
    "Ab",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=8).map(lambda some: "".join(some).encode()) | st.binary(max_size=9)
PLAIN, SMALL = Words(KNOWN, read(LETTERS)), Words(KNOWN, read("".join(c for c in LETTERS if c.isalpha()), lower=True))


def _asked(function, texts, words):
    stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
    return function(
        np.frombuffer(b"".join(texts), np.uint8), np.concatenate(([0], stops[:-1]))[: len(texts)], stops, words
    )


def _bits(words):
    told = 0
    for word in words:
        told |= KNOWN.get(word, 0)
    return told


@given(st.lists(TEXT, max_size=20))
def test_words_that_texts_hold(twin, texts):
    """As they are written, or in letters of any case; the same from the twin."""
    for modules in ((), (module,)):
        with twin(*modules):
            plain, small = (_asked(spoken, texts, words).tolist() for words in (PLAIN, SMALL))
        assert plain == [_bits(re.findall(rb"\w+", text)) if text.isascii() else -1 for text in texts]
        assert small == [_bits(re.findall(rb"[a-z]+", text.lower())) if text.isascii() else -1 for text in texts]


@given(st.lists(TEXT, max_size=20))
def test_words_that_names_are_made_of(twin, texts):
    """Runs of capitals, and of small letters with a capital in front; the same from the twin."""
    pieces = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
    for modules in ((), (module,)):
        with twin(*modules):
            found = _asked(camel, texts, SMALL).tolist()
        wanted = [_bits(piece.lower() for piece in pieces.findall(text)) if text.isascii() else -1 for text in texts]
        assert found == wanted


@given(st.lists(TEXT, max_size=20))
def test_texts_that_are_words(twin, texts):
    """The whole text is compared; an empty one is no word; the same from the twin."""
    words = Words.of(("pub", "Visitor", "Box::new", "é"))
    for modules in ((), (module,)):
        with twin(*modules):
            found = _asked(worded, [*texts, b"Box::new"], words).tolist()
        assert found == [*(text in {b"pub", b"Visitor", "é".encode()} for text in texts), True]


def test_real_programs(twin, sources):
    """Files of this project, and pieces of them: many words, as many as there may be."""
    texts = [piece for text in sources[::5] for piece in (text, *text.split(b"\n")[:50], *text.split()[:200])]
    some = sorted({word for text in texts for word in re.findall(rb"[a-z]{3,31}", text)})[:: len(sources) // 90][:MOST]
    words = Words({word: 1 << i % 63 for i, word in enumerate(some)}, SMALL.letters)
    assert len(some) > MOST // 2
    for function in (spoken, camel, worded):
        ours = _asked(function, texts, words)
        with twin(module):
            assert np.array_equal(_asked(function, texts, words), ours)
        assert (ours > 0).any()


@pytest.mark.parametrize("words", [[""], ["a" * (LONGEST + 1)], [str(i) for i in range(MOST + 1)]])
def test_words_that_there_is_no_room_for_are_refused(words):
    """They would not fit into the kernel's table."""
    with pytest.raises(ValueError, match="too"):
        Words.of(words)


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (3, 2), (0, 11), (11, 11)])
@pytest.mark.parametrize("function", [worded, spoken, camel])
def test_texts_outside_their_buffer_are_refused(function, start, stop):
    """No byte is read outside the buffer."""
    with pytest.raises(ValueError, match="outside"):
        function(np.zeros(10, np.uint8), np.array([start]), np.array([stop]), PLAIN)
