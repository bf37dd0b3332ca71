"""Which repositories a fleet is about: conditions, samples, turns."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.ci.select import fair, sample, select
from codestrata.errors import InvalidInput
from codestrata.model import Origin, OriginKind, Repository


def make(name: str, language: str = "", stars: int = -1, priority: float = 0.0) -> Repository:
    """Make a repository that a list may name."""
    origin = Origin(OriginKind.GIT, f"https://example.org/{name}")
    return Repository.at(origin, name, language=language, stars=stars, priority_score=priority)


LISTED = [make("a/one", "Rust", 60), make("a/two", "Rust", 10), make("b/three", "Go", 900), make("c/four", "", 70)]


def chosen(condition: str, spoken: dict[str, str] | None = None) -> list[str]:
    """Give the names that a condition chooses."""
    return [r.full_name for r in select(LISTED, {}, condition, lambda: spoken or {})]


def test_a_condition_chooses() -> None:
    """SQL over what is known; without one, all; the order is that of the list."""
    assert chosen("language = 'Rust' and stars > 50") == ["a/one"]
    assert chosen("owner in ('b', 'c') -- a remark") == ["b/three", "c/four"]
    assert chosen("full_name like '%t%'") == ["a/two", "b/three"]
    assert chosen("") == [r.full_name for r in LISTED]
    assert chosen("files = -1 and stars between 10 and 60") == ["a/one", "a/two"]


def test_languages_that_no_list_says_come_from_analysis() -> None:
    """Analysis is asked only where a condition is about languages, and the list's word goes first."""
    told = {LISTED[3].id: "Rust", LISTED[2].id: "Perl"}
    assert chosen("language = 'Rust'", told) == ["a/one", "a/two", "c/four"]
    assert chosen("language = 'Perl'", told) == []
    assert [r.full_name for r in select(LISTED, {}, "stars > 500", lambda: pytest.fail("asked"))] == ["b/three"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("starz > 5", "starz"),
        ("stars >", "syntax error"),
        ("1=1); select 1 from (select 1", "not one condition"),
        ("stars in (select count(*) from read_csv('list.csv'))", "disabled"),
        ("full_name = 7 + 'x'", "best candidate"),
    ],
)
def test_what_is_no_condition_is_refused(condition: str, said: str) -> None:
    """An error names the option, the condition, the reason and the names; no file can be read through it."""
    with pytest.raises(InvalidInput) as caught:
        chosen(condition)
    assert said in str(caught.value)
    assert caught.value.where == "--select"
    assert "stars" in caught.value.hint


@given(
    st.lists(st.sampled_from(["Rust", "Go", "C", ""]), min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 3)
)
def test_a_sample_is_in_proportion(languages: list[str], size: int, seed: int) -> None:
    """It has the size asked for, takes of every language within one of its share; the larger holds the smaller."""
    listed = [make(f"o/{i}", language) for i, language in enumerate(languages)]
    taken = sample(listed, size, str(seed))
    assert len(taken) == min(size, len(listed))
    assert [r for r in listed if r in taken] == taken
    share = size / len(listed)
    for language, count in Counter(languages).items():
        ours = sum(r.language == language for r in taken)
        assert abs(ours - min(count, share * count)) <= 1.5
    assert {r.id for r in taken} <= {r.id for r in sample(listed, size + 5, str(seed))}


def test_owners_take_turns() -> None:
    """The first of every owner goes before the second of any; within an owner the one with more priority."""
    listed = [make("big/a"), make("big/b", priority=2.0), make("big/c"), make("small/x"), make("tiny/y")]
    ranks = fair(listed)
    order = sorted(listed, key=lambda r: (-ranks[r.id], r.full_name))
    assert [r.full_name for r in order] == ["big/b", "small/x", "tiny/y", "big/a", "big/c"]
