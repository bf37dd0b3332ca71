"""Globs over paths with ``/``: ``*`` and ``?`` stay within a name, ``**`` crosses folders.

Names of files may be made by somebody who means harm: RE2 takes time in proportion to them, whatever the pattern is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_WORDS = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")
_NO_TEXT = re.compile("[\ud800-\udfff]")
_MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "[": r"\["}


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Give a function that says whether a path matches; a pattern without ``/`` is about the root folder only."""
    import re2

    whole = "".join(map(_meaning, _WORDS.findall(pattern.removeprefix("./"))))
    options = re2.Options()
    options.dot_nl, options.log_errors = True, False
    try:
        compiled = re2.compile(whole, options)
    except re2.error:  # a class such as [z-a]: the characters themselves
        compiled = re2.compile(re2.escape(pattern))
    return lambda path: compiled.fullmatch(_encodable(path)) is not None


def _encodable(path: str) -> str:
    """Give a path with one replacement character for each byte of its name that is no text."""
    return path if path.isascii() else _NO_TEXT.sub("\ufffd", path)


def _meaning(word: str) -> str:
    if word.startswith("[") and len(word) > 1:
        inner = word[1:-1].replace("\\", "\\\\").replace("[", r"\[")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner.replace('^', chr(92) + '^')}]"
    return _MEANINGS.get(word) or re.escape(word)
