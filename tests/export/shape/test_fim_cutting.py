"""Cutting texts: parts are the text again, letters and CRLF stay whole, content and seed decide."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.export.shape.fim.cutting import Chance, Node, anywhere, around, chunks
from codestrata.export.shape.fim.words import MODELS, Words
from codestrata.settings.shape import FimSettings

TEXTS = st.text(st.sampled_from("abé💡 \r\n\t́"), max_size=200).map(str.encode)
SEEDS = st.binary(min_size=1, max_size=4)


def whole(text: bytes, at: int) -> None:
    """Say that a place is between two letters, and not inside of a CRLF."""
    text[:at].decode()
    assert text[max(at - 1, 0) : at + 1] != b"\r\n"


@settings(deadline=None)
@given(TEXTS, SEEDS)
def test_anywhere(text: bytes, seed: bytes) -> None:
    """Two places in order, between letters; the same seed gives the same."""
    low, high = anywhere(text, Chance(seed))
    assert 0 <= low <= high <= len(text)
    whole(text, low)
    whole(text, high)
    assert (low, high) == anywhere(text, Chance(seed))


def test_every_place_is_possible() -> None:
    """Both ends and all that is between them come up, about as often as one another."""
    found = [anywhere(b"abcd", Chance(bytes([i, k]))) for i in range(64) for k in range(64)]
    for place in range(5):
        assert (
            0.25
            < sum(low == place for low, _ in found) / len(found) + sum(h == place for _, h in found) / len(found)
            < 0.55
        )


@settings(deadline=None)
@given(TEXTS, st.integers(0, 60))
def test_chunks(text: bytes, most: int) -> None:
    """Chunks follow one another without a gap, have few characters, and cut neither letter nor CRLF."""
    found = list(chunks(text, most))
    assert b"".join(text[a:b] for a, b in found) == text
    assert all(one[1] == other[0] for one, other in pairwise(found))
    for start, end in found:
        assert start < end
        whole(text, end)
        if most > 1:
            assert len(text[start:end].decode()) <= most + 1  # a CRLF is not cut


def test_chunks_end_at_lines() -> None:
    """A chunk ends at a line where one is in its second half."""
    text = b"12345\n" * 20
    assert next(text[a:b] for a, b in chunks(text, 15)) == b"12345\n12345\n"


def test_kinds_are_as_likely() -> None:
    """Each kind that there is comes up as often as the others, however many nodes it has."""
    nodes = [Node(i, i + 1, "expression") for i in range(90)] + [Node(90, 99, "function")]
    found = [around(nodes, ("function", "block", "expression"), Chance(bytes([i]))) for i in range(200)]
    assert 70 < sum(node is not None and node.kind == "function" for node in found) < 130
    assert around(nodes, ("block",), Chance(b"x")) is None


@pytest.mark.parametrize("model", MODELS)
def test_words_of_models(model: str) -> None:
    """Every model of the settings has words, all of them different, and a row has them in the two orders."""
    words = Words.of(FimSettings(words=model).model_dump())
    assert len(set(words.all)) == len(words.all) >= 3
    psm, spm = words.psm(b"a", b"b", b"c").decode(), words.spm(b"a", b"b", b"c").decode()
    assert psm == f"{words.prefix}a{words.suffix}c{words.middle}b{words.end}"
    assert spm == f"{words.prefix}{words.suffix}c{words.middle}ab{words.end}"


def test_words_of_ones_own() -> None:
    """A word in the settings stands in the place of the model's."""
    words = Words.of(FimSettings(words="codellama", prefix="<P>").model_dump())
    assert words == Words("<P>", " <SUF>", " <MID>", " <EOT>")
