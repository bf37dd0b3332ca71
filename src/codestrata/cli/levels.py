"""Levels of patterns as people type them: ``L1,L5``, in any case, once or several times."""

from __future__ import annotations

from collections.abc import Iterable

from codestrata.errors import InvalidInput

#: What each level is, in a word or two.
LEVELS = {
    "L1": "idioms",
    "L2": "design patterns",
    "L3": "micro-libraries",
    "L4": "macro-libraries",
    "L5": "architecture",
    "L6": "domain",
    "L7": "language",
    "L8": "reasons",
}


def levels_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Read levels, each once, in the order they are told. Raises InvalidInput, which names those that exist."""
    words = [word.strip() for text in texts for word in text.split(",")]
    found = tuple(dict.fromkeys(word.upper() for word in words if word))
    for one in found:
        if one not in LEVELS:
            there = ", ".join(f"{name} {about}" for name, about in LEVELS.items())
            raise InvalidInput(f"no level is called {one}", where="--level", hint=f"there are {there}")
    return found
