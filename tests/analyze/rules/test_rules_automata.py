"""Regular expressions: their automata find what RE2 finds; what is another thing in Rust's syntax is refused."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.rules.automata import automaton
from codestrata.analyze.rules.load import ours
from codestrata.analyze.rules.regexes import NoRegex, regex
from codestrata.kernels import library

PLAIN = (r"a", r"b", r"ab", r"k", r"s", r"\.", r".", r"\w", r"\W", r"\d", r"\s", r"\S", r"[ab]", r"[^a]", r"[a-c_-]")
OTHER = (r"é", r"^", r"$", r"\b", r"\B", r"\n", r"(?i:K)", r"[^\s,]", r"[]a]", r"\{")
PIECES = st.sampled_from(PLAIN + OTHER)
SIGNS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"])


def _repeated(piece: str, sign: str) -> str:
    return piece if piece in {"^", "$", r"\b", r"\B"} else f"(?:{piece}){sign}" if sign else piece


SIMPLE = st.builds(_repeated, PIECES, SIGNS)
ROWS = st.lists(SIMPLE, min_size=1, max_size=5).map("".join)
REGEXES = st.one_of(
    ROWS,
    st.lists(ROWS, min_size=2, max_size=3).map("|".join),
    st.builds(lambda a, b, c, sign: f"{a}({b}|{c}){sign}", ROWS, ROWS, ROWS, SIGNS),
    ROWS.map("(?i){}".format),
)
TEXTS = st.lists(st.text("abkKsS\u017f\u212aé_-., \n{]1", max_size=8), min_size=1, max_size=12)


def _both(source: str, texts: list[bytes]) -> None:
    made = automaton(source)
    if made is None:
        return
    arena = np.frombuffer(b"".join(texts), np.uint8)
    stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
    starts = np.concatenate(([0], stops[:-1])).astype(np.int64)
    some = np.arange(len(texts))
    wanted = [regex(source).compiled.search(text) is not None for text in texts]
    assert made.accepted(arena, starts, stops, some).tolist() == wanted, (source, texts)
    library.choose("numpy")
    try:
        assert made.accepted(arena, starts, stops, some).tolist() == wanted, (source, texts)
    finally:
        library.choose("native")


@settings(max_examples=150, deadline=None)
@given(source=REGEXES)
def test_the_kernel_makes_the_same_automaton(source: str) -> None:
    """State by state, in the same order; too many states are too many for both."""
    _alike(source)


def test_automata_of_our_rules_are_the_same() -> None:
    """What the rules we ship look for, with more states than anything made at random."""
    for source in sorted({source for rule in ours().rules for source in _sources(rule.rule)})[::4]:
        _alike(source)


def _sources(rule: object) -> Iterator[str]:
    if isinstance(rule, Mapping):
        yield from (text for key, text in rule.items() if key == "regex" and isinstance(text, str))
        yield from (source for part in rule.values() for source in _sources(part))
    elif isinstance(rule, list):
        yield from (source for part in rule for source in _sources(part))


def _alike(source: str) -> None:
    ours_ = automaton.__wrapped__(source)
    library.choose("numpy")
    try:
        twin = automaton.__wrapped__(source)
    finally:
        library.choose("native")
    assert (ours_ is None) == (twin is None), source
    if ours_ is not None and twin is not None:
        assert np.array_equal(ours_.steps, twin.steps), source
        assert np.array_equal(ours_.ends, twin.ends), source


@settings(max_examples=250, deadline=None)
@given(source=REGEXES, texts=TEXTS)
def test_an_automaton_finds_what_re2_finds(source: str, texts: list[str]) -> None:
    """Any expression of what automata know, any texts, with the kernel and with its twin."""
    _both(source, [text.encode() for text in texts])


@settings(max_examples=100, deadline=None)
@given(source=REGEXES, texts=st.lists(st.binary(max_size=6), min_size=1, max_size=6))
def test_bytes_that_are_no_text(source: str, texts: list[bytes]) -> None:
    """Bytes that are not UTF-8 are no characters for either."""
    _both(source, texts)


def _regexes(rule: object) -> list[str]:
    if isinstance(rule, dict):
        mine = [rule["regex"]] if "regex" in rule else []
        return mine + [one for value in rule.values() for one in _regexes(value)]
    return [one for value in rule for one in _regexes(value)] if isinstance(rule, list) else []


def test_our_rules_have_automata() -> None:
    """What is fast is used: nearly every expression of ours is one that automata know; and they agree with RE2."""
    sources = {one for rule in ours().rules for one in _regexes([dict(rule.rule), dict(rule.utils)])}
    texts = [b"", b"self", b"std::env", *(rule.positive[0].encode() for rule in ours().rules[:40])]
    known = [source for source in sources if automaton(source)]
    assert len(known) >= 0.97 * len(sources), sorted(sources - set(known))
    for source in sorted(known)[::7]:
        _both(source, texts)


@pytest.mark.parametrize("source", ["[a-z&&[^x]]", "[a[b]]", "[a--b]", "(?=a)", r"(a)\1", "(?x)a b", "a{2000}", "("])
def test_what_means_something_else_is_refused(source: str) -> None:
    """Operations on classes, look-around, back references: refused, not misread."""
    with pytest.raises(NoRegex):
        regex(source)


@pytest.mark.parametrize("kind", ["native", "numpy"])
def test_texts_outside_the_arena_are_empty(kind: Literal["native", "numpy"]) -> None:
    """The kernel reads nothing that is not there."""
    made = automaton("a|^$")
    assert made is not None
    arena, starts, stops = np.frombuffer(b"xax", np.uint8), np.array([0, 0, -5, 9, 2]), np.array([1, 4, 2, 10, 1])
    library.choose(kind)
    try:
        found = made.accepted(arena, starts, stops, np.arange(5))
    finally:
        library.choose("native")
    assert found.tolist() == [False, True, True, True, True]
