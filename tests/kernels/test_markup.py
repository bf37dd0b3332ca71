"""What of a page a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.kernels import markup as module
from codestrata.kernels.markup import visible_characters

PIECES = [
    b"<",
    b">",
    b"<p>",
    b"</p>",
    b"<!--",
    b"-->",
    b"<script>",
    b"</script>",
    b'<SCRIPT src="a">',
    b"</Script >",
    b"<style",
]
PIECES += [
    b"</style>",
    b" ",
    b"\n",
    b"a",
    b"word",
    b"\xc3\xa9",
    b"<scripty>",
    b"-",
    b"!",
    b"/",
    b"<br/>",
    b"<!-->",
    b"<!--->",
    b"<1",
]


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        (b"", ""),
        (b"<p>a</p> <!-- b --> <style>c</style> d <b>e", "a d e"),
        (b"x <script> never ends", "x"),
        (b"<SCRIPT>if (a < b) c();</ScRiPt >d", "d"),
        (b"a<b", "a"),
        (b"1 < 2 <= 3", "1 < 2 <= 3"),
        (b"<!-->a<!-- b", "a"),
        ("<p>\n  grün\n\n  中文 </p>".encode(), "grün 中文"),
        (b"<!DOCTYPE html><?php echo 1 ?>a", "a"),
        (b"<stylesheet>a</stylesheet>", "a"),
    ],
)
def test_visible_characters(laid, page, seen):
    """Tags, comments, scripts and style sheets are not seen; white space in a row counts as one character."""
    assert visible_characters(*laid([page])).tolist() == [len(seen)]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), max_size=6))
@settings(max_examples=200, deadline=None)
def test_native_and_twin_agree(laid, twin, pages):
    """The native count is that of the twin's regular expression."""
    got = visible_characters(*laid(pages)).tolist()
    with twin(module):
        assert visible_characters(*laid(pages)).tolist() == got
