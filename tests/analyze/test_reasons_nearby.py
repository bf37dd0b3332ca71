"""Nearby: what is read around a place of a comment is what reading the whole comment gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.reasons.nearby import _MARKS, Nearby
from codestrata.analyze.reasons.sentences import Prose

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
