"""The gate: which texts hold any of a set of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import gate as module
from codestrata.kernels.gate import Gate, gate
from codestrata.kernels.library import library
from codestrata.store.columns import Varlen

TEXTS = st.lists(st.text(alphabet="ab\n \t\r:", max_size=25).map(str.encode), max_size=8)
WORDS = st.lists(st.text(alphabet="ab :\t", min_size=1, max_size=3).map(str.encode), max_size=5)


def held(words, texts, limit=1000, lines=0, target=0):
    """Ask a gate about texts laid end to end."""
    rows = Varlen.of(texts, text=False)
    return words.holds(rows.data, rows.offsets[:-1], rows.offsets[1:], limit=limit, lines=lines, target=target).tolist()


@pytest.mark.parametrize(("text", "found"), [
    (b"class A", True),
    (b"x\n \t class A", True),
    (b"x class A", False),
    (b"x std::a", True),
    (b"std:: at the start", True),
    (b"std", False),
    (b"", False),
    (b"\n\n  \n", False),
    (b"clas", False),
])  # fmt: skip
def test_words_count_where_they_should(text, found):
    """A leading word counts at the start of a line, blanks aside; any other word counts anywhere."""
    assert held(gate(["class"], ["std::"]), [text]) == [found]


def test_a_word_is_not_found_across_texts():
    """Texts lie end to end, yet a word that one begins and the next ends is in neither."""
    assert held(gate([], ["abc"]), [b"xab", b"cx", b"abc"]) == [False, False, True]


def test_limits_are_bytes_and_lines():
    """Only the first bytes count, or only the first and last lines."""
    text = b"1\n2\nword\n4\n5\n"
    assert held(gate([], ["word"]), [text], limit=7) == [False]
    assert held(gate([], ["word"]), [text], limit=8) == [True]
    assert held(gate([], ["word"]), [text], lines=2) == [False]
    assert held(gate([], ["word"]), [text], lines=3) == [True]


@pytest.mark.skipif(library() is None, reason="no compiled kernels here")
@given(
    TEXTS,
    WORDS,
    WORDS,
    st.integers(1, 200),
    st.integers(0, 4),
    st.tuples(st.sampled_from([b"", b" ", b"z", b"\n"]), st.integers(0, 140)),
)
def test_both_implementations_agree(texts, leading, anywhere, limit, lines, filling):
    """The compiled kernel and its Python twin give the same answers for any texts, words and limits, on any machine."""
    words = Gate(tuple(leading), tuple(anywhere))
    if not leading and not anywhere:
        return
    texts = [filling[0] * filling[1] + text for text in texts]
    expected = [words._contains(text, limit, lines) for text in texts]
    assert [held(words, texts, limit, lines, target) for target in range(4)] == [expected] * 4


def test_without_kernels_the_twin_answers(monkeypatch):
    """No compiler, no difference."""
    monkeypatch.setattr(module, "library", lambda: None)
    assert held(gate(["a"], []), [b"a", b"b", b"b\n a"]) == [True, False, True]


@pytest.mark.parametrize("words", [Gate(), Gate((b"a\n",)), Gate((b"",)), Gate(tuple([b"a"] * 257))])
@pytest.mark.skipif(library() is None, reason="no compiled kernels here")
def test_a_gate_needs_words(words):
    """No words, empty words, words with newlines and too many words are errors, not silence."""
    with pytest.raises(ValueError, match="words"):
        held(words, [b"a"])
