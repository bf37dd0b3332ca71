"""The native pass gives, on every instruction set, exactly what its NumPy twin gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.kernels import measure as module
from codestrata.kernels.families import FAMILIES
from codestrata.kernels.library import library
from codestrata.kernels.measure import COLUMNS, Measures, measure

pytestmark = pytest.mark.skipif(library() is None, reason="no native kernels to compare with their twins")

#: Everything a rule, an operator, a decision or an encoded match can be made of.
PIECES = sorted(
    {mark.encode() for family in FAMILIES for rule in family.rules for mark in (rule.open, rule.close) if mark}
    | {word.encode() for family in FAMILIES for word in family.decisions}
    | {b"\\x41", b"0x41,", b"41 ", b"\\u00e9", b"\n", b"\r\n", b" ", b"\t", b"&&", b"||", b" ? ", b"\\", b"\xc3\xa9"}
    | {b"\xe4\xb8\xad", b"\xf0\x9f\x98\x80", b"Foo_Bar", b"x" * 9, b"QWERTYUIOPasdfgh123", b"A" * 40, b"\xef\xbb\xbf"}
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=120).map(b"".join)
#: Few pieces over and over reach what many never do: long runs, closed and nested comments.
NARROW = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).flatmap(
    lambda few: st.lists(st.sampled_from(few), max_size=300).map(b"".join)
)


def same(left: Measures, right: Measures) -> None:
    """Compare all that was measured, naming the first column and text that differ."""
    for i, column in enumerate(COLUMNS):
        np.testing.assert_array_equal(left.counts[:, i], right.counts[:, i], err_msg=column)
    np.testing.assert_array_equal(left.norm_hash, right.norm_hash)
    np.testing.assert_array_equal(left.signature, right.signature)


def compare(laid, twin, texts: list[bytes], families: list[int]) -> None:
    """Measure texts on every instruction set this machine has, and with the twin."""
    arena, offsets = laid(texts)
    ids = np.array(families, np.uint8)
    with twin(module):
        expected = measure(arena, offsets, ids)
    for target in (1, 2, 3):
        same(measure(arena, offsets, ids, target=target), expected)


@given(st.lists(st.tuples(TEXT | NARROW, st.integers(0, len(FAMILIES) - 1)), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_texts(laid, twin, rows):
    """Texts of marks, quotes, escapes, encoded data and letters beyond ASCII, in any family."""
    compare(laid, twin, [text for text, _ in rows], [family for _, family in rows])


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_any_bytes(laid, twin, texts):
    """Bytes that are no text at all are measured the same way, and read within their bounds."""
    compare(laid, twin, texts, [1] * len(texts))


@pytest.mark.parametrize("size", [0, 1, 15, 16, 63, 64, 65, 4095, 4096, 4097, 8192])
@pytest.mark.parametrize(
    "filler", [b"a", b" ", b"\n", b";", b"ab\n", b"\xc3\xa9", b"word another ", b"if (a) /* b */ c;\n"]
)
def test_every_length(laid, twin, size, filler):
    """Ends and starts of blocks (64 bytes) and chunks (4096) change nothing, with and without a newline at the end."""
    text = (filler * (size // len(filler) + 1))[:size]
    compare(laid, twin, [text, text + b"\n", b"x" + text], [1, 1, 1])


@pytest.mark.parametrize("family", range(len(FAMILIES)), ids=lambda i: FAMILIES[i].name)
def test_every_family_on_real_files(laid, twin, sources, family):
    """Real files are measured the same in every family, whatever they are really written in."""
    texts = sources[family % 7 :: 7]
    compare(laid, twin, texts, [family] * len(texts))
