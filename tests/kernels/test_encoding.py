"""Which encoding a blob's bytes are in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.kernels import encoding as module
from codestrata.kernels.encoding import ENCODINGS, encodings

PIECES = [
    b"a",
    b"\xc3\xa9",
    b"\xff",
    b"\xfe",
    b"\0",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xf0\x9f\x98\x80",
    b"\xc0\xaf",
]
PIECES += [b"\x01", b"hello world ", b"\xef\xbb\xbf", b"\xe9", b"a\0", b"\0a", b"\x1b", b"\x7f"]


def named(laid, *blobs: bytes, target: int = 0) -> list[str]:
    """Name the encodings of blobs."""
    return [ENCODINGS[code] for code in encodings(*laid(list(blobs)), target=target).tolist()]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"", "ascii"),
        (b"plain\n", "ascii"),
        ("grün\n".encode(), "utf-8"),
        (b"\xef\xbb\xbfx", "utf-8-bom"),
        ("x\n".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff\0x", "utf-16-be"),
        ("no mark at all\n".encode("utf-16-le"), "utf-16-le"),
        ("no mark at all\n".encode("utf-16-be"), "utf-16-be"),
        (b"gr\xfcn, nicht wei\xdf\n", "latin-1"),
        (b"gr\xfc\x01n\n", "unknown"),
        ("日本語のテキスト".encode("shift_jis"), "unknown"),
        (b"\x89PNG\r\n\0", "binary"),
        (b"\xff\xfe\0\0x\0\0\0", "binary"),
        (b"x" * 9000 + b"\0", "unknown"),
        (b"\0" + b"x" * 9000, "binary"),
        (b"\xc0\xaf", "unknown"),
    ],
)
def test_bytes_have_one_encoding(laid, raw, encoding):
    """Each kind of bytes has one name; no text holds a zero byte."""
    assert named(laid, raw) == [encoding]


@given(
    st.lists(
        st.one_of(st.binary(max_size=40), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)), max_size=8
    )
)
@settings(max_examples=200, deadline=None)
def test_native_and_twin_agree(laid, twin, blobs):
    """The native answer is that of the twin, which asks Python's own decoder."""
    with twin(module):
        expected = named(laid, *blobs)
    assert [named(laid, *blobs, target=target) for target in range(4)] == [expected] * 4


@given(st.text(min_size=1, max_size=100))
def test_valid_utf8_is_utf8(laid, text):
    """What Python encodes as UTF-8 is told to be that, unless it holds a NUL."""
    (name,) = named(laid, text.encode())
    if "\0" not in text:
        assert name == ("ascii" if text.isascii() else "utf-8-bom" if text[0] == "\ufeff" else "utf-8")
