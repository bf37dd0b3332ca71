"""What is measured, told by plain Python over the same text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.kernels.families import FAMILY_IDS
from codestrata.kernels.measure import COLUMNS, SKIP, Measures, measure

BASE64 = re.compile(rb"[a-zA-Z0-9+/\n=]{64,}")
HEX = re.compile(rb"(?:\b(?:0x|\\x)?[0-9a-fA-F]{2}(?:,|\b\s*)){8,}")
UNICODE = re.compile(rb"(?:\\u[0-9a-fA-F]{4}){8,}")


def measured(laid, *texts: str | bytes, family: str = "none") -> Measures:
    """Measure texts of one family."""
    raws = [text.encode() if isinstance(text, str) else text for text in texts]
    return measure(*laid(raws), np.full(len(raws), FAMILY_IDS[family], np.uint8))


def counts(laid, text: str | bytes, family: str = "none") -> dict[str, int]:
    """Measure one text."""
    return dict(zip(COLUMNS, measured(laid, text, family=family).counts[0].tolist(), strict=True))


def test_characters_by_hand(laid):
    """Characters are counted, not bytes; every one beyond ASCII is a letter."""
    got = counts(laid, "Grün 42_\t中文\r\n")
    assert (got["chars"], got["alpha"], got["alnum"], got["digits"]) == (13, 6, 8, 2)
    assert (got["whitespace"], got["uppercase"], got["words"], got["lexemes"]) == (4, 1, 3, 3)


@given(st.text(alphabet="aZ0_ \t\n.;é中\r", max_size=300))
@settings(deadline=None)
def test_words_and_lines_like_regular_expressions(laid, text):
    """Lines end at newlines only; words are runs of word characters; the rest that is visible is a token each."""
    got = counts(laid, text)
    lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
    assert got["lines"] == len(lines)
    assert got["blank_lines"] == sum(not line.strip() for line in lines)
    assert got["max_line"] == max((len(line.removesuffix("\r")) for line in lines), default=0)
    assert got["words"] == len(re.findall(r"\w+", text))
    assert got["lexemes"] == len(re.findall(r"\w+|[^\w\s]", text))
    assert got["chars"] == len(text)


@given(
    st.lists(st.sampled_from([b"\\x41", b"41", b"0x41", b",", b" ", b"\n", b"g", b"4", b"\\", b"\xc3\xa9", b"_", b"x"]))
)
@settings(max_examples=300, deadline=None)
def test_hexadecimal_data_like_starcoder(laid, pieces):
    """Hexadecimal data is what StarCoder2's expression finds, with its word boundaries, overlaps and greed."""
    text = b"".join(pieces * 5)
    lengths = [len(hit.group()) for hit in HEX.finditer(text)]
    lengths += [len(hit.group()) for hit in BASE64.finditer(text)]
    got = counts(laid, text)
    assert (got["encoded_max"], got["encoded_total"]) == (max(lengths, default=0), sum(lengths))


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        (b"A" * 63, 0),
        (b"A" * 64, 64),
        (b"x " + b"A" * 200 + b" y", 200),
        (b"\n" * 64, 64),
        (b"41 " * 7, 0),
        (b"41 " * 8, 24),
        (b'"' + rb"\x41" * 9 + b'"', 32),  # the first is lost: no word ends before its backslash
        (b'"' + rb"\x41" * 8 + b'"', 0),
        (b"0x41, " * 20, 0),  # white space after the comma ends every chain
        (b"0x41," * 8, 40),
        (rb"\u00e9" * 8, 48),
        (rb"\u00e9" * 7, 0),
    ],
)
def test_encoded_data(laid, text, longest):
    """The three kinds of encoded data, at the edges of what counts."""
    assert counts(laid, text)["encoded_max"] == longest


@given(
    st.lists(
        st.sampled_from([rb"\u00e9", rb"\u00g9", b"\\", b"u1234", b" ", b"+/", b"A" * 30, b"\n", b"="]), max_size=60
    )
)
@settings(deadline=None)
def test_all_encoded_data_like_starcoder(laid, pieces):
    """The three expressions are matched one by one over the whole text; the sum is over all matches of all three."""
    text = b"".join(pieces)
    lengths = [len(hit.group()) for pattern in (BASE64, HEX, UNICODE) for hit in pattern.finditer(text)]
    got = counts(laid, text)
    assert (got["encoded_max"], got["encoded_total"]) == (max(lengths, default=0), sum(lengths))


def test_layout_does_not_change_the_norm_hash(laid):
    """White space between tokens is layout; within a word it is not, and case, punctuation and order never are."""
    text = "int main(void) { return a_b + 1; }"
    same = [text, "int\tmain ( void )\n{\n  return a_b+1;\n}\n", "\ufeff" + text]
    other = [
        text.replace("main", "Main"),
        text.replace("a_b", "a _b"),
        text.replace("+", "-"),
        "",
        text.replace("1;", ";1"),
    ]
    hashes = measured(laid, *same, *other).norm_hash.tolist()
    assert len(set(hashes[: len(same)])) == 1
    assert len(set(hashes)) == 1 + len(other)
    assert hashes[len(same) + 3] == 0


def test_near_texts_have_near_signatures(laid, sources):
    """Equal values of two signatures estimate the Jaccard index of the 5-word windows; case does not matter."""
    texts = [text.decode() for text in sources if len(text) > 2000][:40]
    cut = [text[: len(text) * 9 // 10] for text in texts]
    got = measured(laid, *texts, *cut, *(text.upper() for text in texts))
    whole, part, upper = np.split(got.signature, 3)
    shingles = [set(zip(*[re.findall(r"[\w]+", t.lower())[i:] for i in range(5)], strict=False)) for t in texts + cut]
    truth = [len(a & b) / len(a | b) for a, b in zip(shingles[: len(texts)], shingles[len(texts) :], strict=True)]
    assert np.abs((whole == part).mean(axis=1) - truth).mean() < 0.04
    ascii_only = np.array([text.isascii() for text in texts])
    np.testing.assert_array_equal(whole[ascii_only], upper[ascii_only])


def test_signatures_of_short_texts(laid):
    """Texts of few words agree in each value with the probability of their Jaccard index, like long ones."""
    rng = np.random.default_rng(7)
    words = [f"w{i}" for i in range(40)]
    pairs = []
    for _ in range(200):
        text = rng.permutation(words).tolist()
        pairs += [" ".join(text[:30]), " ".join(text[6:36])]
    signatures = measured(laid, *pairs).signature
    # 26 windows each, 20 of them common: Jaccard 20 / 32
    assert abs((signatures[::2] == signatures[1::2]).mean() - 20 / 32) < 0.02


def test_texts_without_words(laid):
    """A text without words has no shingle and a signature of zeros; one to four words make one shingle of them all."""
    got = measured(laid, "", "{}();", "one", "one two three four", "one two three four five six")
    assert got["shingles"].tolist() == [0, 0, 1, 1, 2]
    assert got.signature.any(axis=1).tolist() == [False, False, True, True, True]


def test_skipped_texts_and_bad_input(laid):
    """A skipped text stays -1; ids that do not exist and offsets that fall are refused."""
    arena, offsets = laid([b"abc", b"def"])
    got = measure(arena, offsets, np.array([SKIP, 0], np.uint8))
    assert got.counts[0].tolist() == [-1] * len(COLUMNS)
    assert got["chars"].tolist() == [-1, 3]
    with pytest.raises(ValueError, match="family"):
        measure(arena, offsets, np.array([254, 0], np.uint8))
    with pytest.raises(ValueError, match="rise"):
        measure(arena, np.array([0, 5, 3]), np.zeros(2, np.uint8))
