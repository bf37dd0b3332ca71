"""Leading comments and marked lines: the kernels and their twins see the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import leading as leading_module
from codestrata.kernels import marked as marked_module
from codestrata.kernels.leading import leading
from codestrata.kernels.marked import marked
from codestrata.store.columns import Varlen

WORDS = (b"licen", b"gpl", b"public domain")
PIECES = (
    *(b"/*", b"*/", b"*", b"//", b"#", b";", b"%", b"!", b"--", b"--[", b"[", b"]", b"=", b"]]", b"--[==[", b"]=]"),
    *(b'.\\"', b'\\"', b"dnl", b"DNL ", b"rem", b"REM", b"@rem", b"::", b"c", b"C*", b" ", b"\t", b"-", b"<!--"),
    *(b"-->", b">", b"<?php", b"<!DOCTYPE", b"<%--", b"--%>", b"(*", b"*)", b"{-", b"-}", b"{#", b"#}", b'"""'),
    *(b"'''", b"'", b'"', b"r", b"U", b"=begin", b"=end", b"=cut", b"package", b"namespace ", b"module\t", b"a.b/c\\"),
    *(b"\n", b"\r\n", b"licen", b"GPL", b"\xef\xbb\xbf", b"x", b"\0", b"public domain"),
)
MARK = b"Mark:"


def lead(texts, within=6144):
    """Ask for the leading comments of texts laid end to end."""
    rows = Varlen.of(texts, text=False)
    return leading(rows.data, rows.offsets[:-1], rows.offsets[1:], WORDS, within).tolist()


def lines(texts, within=100, around=7):
    """Ask for the marked lines of texts laid end to end."""
    rows = Varlen.of(texts, text=False)
    return [part.tolist() for part in marked(rows.data, rows.offsets[:-1], rows.offsets[1:], MARK, within, around)]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join), max_size=8), st.sampled_from((20, 6144)))
def test_the_twin_sees_the_same_comments(twin, texts, within):
    """Whatever leads a text, both say how far it goes."""
    with twin(leading_module):
        expected = lead(texts, within)
    assert lead(texts, within) == expected


def test_the_twin_sees_the_same_comments_of_sources(twin, sources):
    """Real files."""
    with twin(leading_module):
        expected = lead(sources)
    assert lead(sources) == expected
    assert np.count_nonzero(expected)


@pytest.mark.parametrize(("text", "end"), [
    (b"/* GPL, a licence */ int x;", 21),
    (b"// Licensed\n\n# gpl\nx = 1\n", 19),
    (b"int x; // licensed under the GPL\n", 0),
    (b"/* nothing of the kind */\n", 0),
    (b"# gpl\n", 0),
    (b"--[==[ gpl ]==] x", 16),
])  # fmt: skip
def test_comments_count_up_to_the_code(text, end):
    """Comments of several kinds in a row lead a file; those without a word, or too short, are none."""
    assert lead([text]) == [end]


@given(
    st.lists(
        st.lists(st.sampled_from((MARK, b"M", b"a", b"\n", b":", b"Mark")), max_size=14).map(b"".join), max_size=8
    ),
    st.integers(1, 40),
)
def test_the_twin_sees_the_same_marks(twin, texts, within):
    """Counts and lines are the same."""
    with twin(marked_module):
        expected = lines(texts, within)
    assert lines(texts, within) == expected


def test_a_marked_line_is_the_first_one():
    """Where its line begins, where the mark does, and where the line ends; no further than asked."""
    assert lines([b"x\n// Mark: a\nMark: b", b"none", b"0123456789Mark:0123456789"]) == [
        [2, 0, 1],
        [[2, 5, 12], [-1, -1, -1], [27, 34, 46]],
    ]
