"""Nearby: what is read around a place of a comment is what reading the whole comment gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.reasons.nearby import _MARKS, Nearby, around
from codestrata.analyze.reasons.sentences import Prose
from codestrata.kernels.library import library

#: What comments are made of: fences, marks, prose, lists, empty lines, trailers.
PIECES = (
    *(b"```", b"~~~", b"```rust", b"----", b"....", b"\n", b"\n\n", b"\r\n", b"\x0c", b"/// ", b" * ", b"*/", b"/*"),
    *(b"# ", b"- ", b"1. ", b"  ", b"\t", b"*", b"> quoted words here are many", b"see also: x", b"Fixes: x", b"| a"),
    *(b"we chose this because it is faster than that.", b"Because of the limits.", b"e.g. A thing is so. No"),
)
COMMENTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=24).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(comment=COMMENTS, places=st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_what_is_near_is_what_is_there(comment: bytes, places: list[int]) -> None:
    """Any comment, any places in it, in any order."""
    bare = _MARKS.sub(lambda mark: b" " * len(mark[0]), comment)
    whole, near = Prose(bare, code=1 << 30), Nearby(comment)
    for place in (place % len(comment) for place in places):
        assert near.at(place) == whole.at(place), (comment, place)


#: What lines begin with, of prose or not; what sentences end with, or seem to; trailers and what seems one.
LINES = (
    *(b"+++ ", b"--- ", b"---", b"@@", b"diff --git ", b"$ ", b"#", b"##", b"=", b"**"),
    *(b"^^^", b"<!--", b".. x::", b".. "),
    *(b":a:", b"![", b"https://a", b"[a]: ", b"[//", b"\xe2\x80\xa2 ", b"\xe2 "),
    *(b"(1) ", b"o ", b"(a. ", b"12) ", b"123. "),
    *(b"//!", b"/**!", b"***/", b"////", b"#!", b";;", b"\x00", b"\xff", b"~~~~", b"`"),
    *(b"_", b"\n", b"\n", b" ", b"\t"),
    *(b"Signed-off-by: a", b"acked", b"-by: x", b"Differential Revision: x"),
    *(b"x-y: https://", b"x-y: abcdef0", b"x-: a"),
    *(b"x--y: <a@", b"Refs: ", b"cc:a", b"we use this since it is so. ", b"Is it? "),
    *(b"No! ", b"vs. A", b"etc. `a", b"3. B"),
    *(b"x. (`b", b'." A', b".) [A", b"I. A", b"as it is here", b"...", b"\xe2\x80\xa6"),
    *(b"because", b"'", b'"', b":", b"-"),
)


@pytest.mark.skipif(library() is None, reason="no compiled kernels here")
@settings(max_examples=1000, deadline=None)
@given(
    before=st.binary(max_size=3),
    comment=st.lists(st.sampled_from(PIECES + LINES), min_size=1, max_size=24).map(b"".join),
    places=st.lists(st.integers(0, 400), min_size=1, max_size=6),
)
def test_the_kernel_says_the_same(before: bytes, comment: bytes, places: list[int]) -> None:
    """Of any comment, at any place in it, wherever it lies."""
    asked = np.array([place % (len(comment) + 3) for place in places])
    starts = np.full(len(asked), len(before))
    arena = np.frombuffer(before + comment + b"because it is so\n", np.uint8)
    found = around(arena, starts, starts + len(comment), asked)
    assert found == [Nearby(comment).at(place) for place in asked.tolist()], comment


@pytest.mark.parametrize("line", LINES + PIECES)
def test_each_kind_of_line(line: bytes) -> None:
    """What begins a line, before and behind prose, in the kernel as without it."""
    prose = b"we chose this because it is faster than that"
    within = (prose + b"\n" + line + prose + b"\n" + prose, prose + line + prose)
    for comment in (line + prose, line + b" " + prose, *within):
        places = np.arange(len(comment))
        starts = np.zeros(len(comment), np.int64)
        found = around(np.frombuffer(comment, np.uint8), starts, starts + len(comment), places)
        assert found == [Nearby(comment).at(place) for place in places.tolist()], comment


def test_code_in_a_comment_is_no_prose() -> None:
    """A fence far above tells what a line is in."""
    comment = (
        b"/// We use a map here because it is fast.\n///\n/// ```\n///\n/// we use it because it is fast\n/// ```\n"
    )
    near = Nearby(comment)
    first = near.at(comment.index(b"because"))
    assert first is not None
    assert comment[slice(*first)] == b"We use a map here because it is fast."
    assert near.at(comment.rindex(b"because")) is None
