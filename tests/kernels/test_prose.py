"""Words of licence texts: the kernel and its twin read the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.licence.references import references
from codestrata.kernels import prose as module
from codestrata.kernels.prose import prose

PIECES = (
    *("copyright", "(c)", "©", " ", ":", "\n", "by ", "holder", "the ", "year", "xxxx", "yyyy", "and ", "licensed"),
    *("permission", "redistribution", "portions ", "parts ", "<", ">", "a.", "(a)", "iv)", "12.", "3", "+", "licence"),
    *("sub-licence", "non-infringement", "copyright owner", "https", "httpsub-license", "_", "x", "é", "\u201c"),
    *("\xa0", "\t", "(", ")", "\x1c", "\x01", ".", "-", "*", " *", "/", "[", "{", "LICENSE", "AND "),
)


def told(text):
    """Give what the kernel says as plain values."""
    words, starts = prose(text)
    return words, starts.tolist()


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_twin_reads_the_same(twin, text):
    """Whatever the text, both give the same words in the same places."""
    with twin(module):
        expected = told(text)
    assert told(text) == expected


def test_the_twin_reads_the_same_of_every_licence(twin):
    """The licence texts themselves, which hold signs that are not ASCII."""
    texts = [text for _, text in references()]
    with twin(module):
        expected = [told(text) for text in texts]
    assert [told(text) for text in texts] == expected


@pytest.mark.parametrize(("text", "words"), [
    ("Copyright (c) 2020 Ada\nThe Licence", "the license"),
    ("© 2020 Ada, licensed under X", "licensed under x"),
    ("GPLv2+", "gplv2 or later"),
    ("(a) one\n12. two\niv) three", "one two three"),
    ("<name of author> wrote https://x", "wrote http x"),
    ("", ""),
])  # fmt: skip
def test_what_may_vary_is_gone(text, words):
    """Copyright lines, bullets, placeholders and varietal spelling do not count; word i begins at starts[i]."""
    joined, starts = prose(text)
    assert joined == words
    assert [joined[a : b - 1] for a, b in pairwise(starts)] == words.split()
