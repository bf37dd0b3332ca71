"""Globs over paths with ``/``: ``*`` and ``?`` stay within a name, ``**`` crosses folders."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_WORDS = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")
_MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "[": r"\["}


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Give a function that says whether a path matches; a pattern without ``/`` is about the root folder only."""
    whole = "".join(map(_meaning, _WORDS.findall(pattern.removeprefix("./"))))
    try:
        compiled = re.compile(whole, re.DOTALL)
    except re.error:  # a class such as [z-a]: the characters themselves
        compiled = re.compile(re.escape(pattern))
    return lambda path: compiled.fullmatch(path) is not None


def _meaning(word: str) -> str:
    if word.startswith("[") and len(word) > 1:
        inner = word[1:-1].replace("\\", "\\\\")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner.replace('^', chr(92) + '^')}]"
    return _MEANINGS.get(word) or re.escape(word)
