"""Texts on one line: the kernel and its twin agree, on made-up texts and on real ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import tidied as module
from codestrata.kernels.tidied import Tidy, tidied, tidy

PIECES = [
    ":",
    " ",
    "\n",
    "\t",
    "\x1c",
    "\x1f",
    "\x20\x20",
    ",",
    ", ",
    "int",
    "Map<K, V>",
    "é",
    "\xa0",
    "\u2028",
    "x" * 9,
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=9).map(lambda some: "".join(some).encode()) | st.binary(max_size=9)
HOW = st.sampled_from([Tidy(0), Tidy.SPACES, Tidy.COMMAS, Tidy.SPACES | Tidy.COMMAS])


def _rows(told):
    offsets, data = told
    raw = data.tobytes()
    return [raw[a:b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]


@given(st.lists(TEXT, max_size=12), HOW, st.integers(0, 14))
def test_texts_on_one_line(twin, laid, texts, how, longest):
    """As Python does it with each; letters are counted, not bytes; the same from the twin."""
    data, offsets = laid(texts)
    wanted = [tidy(text.decode(errors="replace"), how, longest) for text in texts]
    for modules in ((), (module,)):
        with twin(*modules):
            assert _rows(tidied(data, offsets[:-1], offsets[1:], how, longest)) == wanted


def test_what_tidying_is():
    """Colons go from the front, blanks from the ends; what is cut is cut last."""
    both = Tidy.SPACES | Tidy.COMMAS
    assert tidy(": Map<K,\n  V> ", both, 99) == "Map<K; V>"
    assert tidy(": Map<K,\n  V> ", Tidy(0), 99) == "Map<K,\n  V> "
    assert tidy("a  b", both, 2) == "a "


@pytest.mark.parametrize("how", [Tidy(0), Tidy.SPACES, Tidy.SPACES | Tidy.COMMAS])
def test_real_programs(twin, laid, sources, how):
    """Pieces of this project's files."""
    texts = [piece for text in sources[::6] for piece in (text[:500], *text.split(b"(")[:90])]
    data, offsets = laid(texts)
    ours = _rows(tidied(data, offsets[:-1], offsets[1:], how, 120))
    with twin(module):
        assert _rows(tidied(data, offsets[:-1], offsets[1:], how, 120)) == ours


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (3, 2), (0, 11), (11, 11)])
def test_texts_outside_their_buffer_are_refused(start, stop):
    """No byte is read outside the buffer."""
    with pytest.raises(ValueError, match="outside"):
        tidied(np.zeros(10, np.uint8), np.array([start]), np.array([stop]), Tidy(0), 120)
