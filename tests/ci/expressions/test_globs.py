"""Globs of expressions: what they match, and that nobody's file names make them slow."""

from __future__ import annotations

import pytest

from codestrata.ci.expressions.globs import matcher


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.toml", "a.toml", True),
        ("*.toml", "b/a.toml", False),
        ("**/*.toml", "a.toml", True),
        ("**/*.toml", "b/c/a.toml", True),
        ("src/**", "src/a/b.py", True),
        ("a[!b]c", "adc", True),
        ("a[!b]c", "abc", False),
        ("[z-a]", "[z-a]", True),
        ("[[]x", "[x", True),
        ("?.py", "é.py", True),
        ("?.py", "\udc80.py", True),
        ("*", "line\nbreak", True),
    ],
)
def test_what_a_glob_matches(pattern: str, path: str, matches: bool) -> None:
    """Stars stay within a name, two of them cross folders; one character is one, whatever its bytes are."""
    assert matcher(pattern)(path) is matches


@pytest.mark.timeout(20)
def test_no_name_makes_a_glob_slow() -> None:
    """The time is in proportion to the name, however many stars there are."""
    assert not matcher("**/*a*a*a*a*a*a*a*a*a*b")("a/" * 500 + "a" * 3000)
