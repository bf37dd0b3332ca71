"""Bytes to text."""

from __future__ import annotations

import pytest

from codestrata.model.paths import readable
from codestrata.model.text import to_utf8


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        (b"plain", "ascii", "plain"),
        ("grün".encode(), "utf-8", "grün"),
        (b"\xef\xbb\xbfbom", "utf-8-bom", "bom"),
        ("grün".encode("utf-16"), "utf-16-le", "grün"),
        (b"\xfe\xff" + "grün".encode("utf-16-be"), "utf-16-be", "grün"),
        (b"gr\xfcn", "latin-1", "grün"),
        ("grün".encode("utf-16-be"), "utf-16-be", "grün"),
    ],
)
def test_text_is_utf8_whatever_the_file_was(raw, encoding, text):
    """Each encoding that analysis names has its way to UTF-8; only the byte order mark is lost."""
    assert to_utf8(raw, encoding).decode() == text


def test_paths_that_are_not_utf8_stay_readable():
    r"""Bytes that are no UTF-8 are written as \xNN, the rest as it is."""
    assert readable(b"src/\xff\xfe.py") == r"src/\xff\xfe.py"
    assert readable("grün.py".encode()) == "grün.py"
