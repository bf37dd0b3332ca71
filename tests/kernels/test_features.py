"""Features of texts: hashed tokens that layout does not change; the kernel counts what its twin counts."""

from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import features as module
from codestrata.kernels.features import features, tokens


@given(st.text(alphabet="ab_9+;é \n", max_size=60), st.sampled_from([" ", "\n", "\r\n\t", "  "]))
def test_tokens_ignore_layout(text, blank):
    """Whatever blanks stand between tokens, and at either end, the tokens are the same."""
    loose = blank + blank.join(text.split()) + blank
    assert tokens(loose.encode()).tolist() == tokens(" ".join(text.split()).encode()).tolist()


@given(st.lists(st.sampled_from(["while", "x1", "é", "+", "(", "42", "7"]), max_size=30))
def test_tokens_are_words_signs_and_numbers(parts):
    """One hash per token, equal for equal tokens; all numbers are one token."""
    hashes = tokens(" ".join(parts).encode()).tolist()
    same = ["0" if part.isdigit() else part for part in parts]
    assert len(hashes) == len(parts)
    assert len({*zip(same, hashes, strict=True)}) == len(set(same)) == len(set(hashes))


def counted(text):
    """Give features and counts as plain values."""
    return [part.tolist() for part in features(text)]


@given(st.binary(max_size=200))
def test_the_twin_counts_the_same(twin, text):
    """Whatever the bytes."""
    with twin(module):
        expected = counted(text)
    assert counted(text) == expected


def test_the_twin_counts_the_same_of_sources(twin, sources):
    """Real files, and words longer than the hash has places for."""
    texts = [*sources, b"x" * 200 + b" " + b"9" * 100]
    with twin(module):
        expected = [counted(text) for text in texts]
    assert [counted(text) for text in texts] == expected
