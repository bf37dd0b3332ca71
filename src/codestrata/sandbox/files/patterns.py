"""Globs over a work tree: ``*``, ``?`` and ``[…]`` within a name, ``**`` for any number of folders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codestrata.errors import InvalidInput

HOME_MARK = "~/"


class Patterns:
    """Patterns of one root; a path matches when one of them matches it, or a folder above it."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._all = [re.compile(_translated(pattern), re.DOTALL) for pattern in patterns]

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self._all)

    def match(self, path: str) -> bool:
        """Say whether a relative path, or a folder above it, is meant."""
        parts = path.split("/")
        tops = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
        return any(pattern.fullmatch(top) for top in tops for pattern in self._all)


def split(patterns: Sequence[str]) -> tuple[Patterns, Patterns]:
    """Give the patterns of the work tree and those of the home folder. Raises InvalidInput."""
    home = [pattern.removeprefix(HOME_MARK) for pattern in patterns if pattern.startswith(HOME_MARK)]
    return Patterns([pattern for pattern in patterns if not pattern.startswith(HOME_MARK)]), Patterns(home)


def _translated(pattern: str) -> str:
    """Give the expression of a pattern: what lies between stars is taken where it is first found, never tried again.

    For globs that is enough, since each such piece has a fixed length; and it keeps matching from taking years, for
    both patterns and names may be made by somebody who means harm. Source: Python's ``fnmatch.translate``.
    """
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    if pattern.startswith("/") or ".." in parts or not pattern.strip():
        raise InvalidInput("not a pattern of files in the work tree", where=pattern, hint="give it relative to it")
    pieces: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            pieces.append([])
        else:
            pieces[-1].append(_name(part))
    first, *later = ["".join(f"{name}/" for name in names) for names in pieces]
    if not later:
        return first.removesuffix("/") or ".*"
    middle = "".join(f"(?>(?:[^/]+/)*?{piece})" for piece in later[:-1] if piece)
    last = f"(?:[^/]+/)*{later[-1].removesuffix('/')}" if later[-1] else ".*"
    return f"{first}{middle}{last}"


def _name(part: str) -> str:
    """Translate one name; a bracket that is not closed is a bracket."""
    pieces, at = [""], 0
    while at < len(part):
        char = part[at]
        end = part.find("]", at + 2) if char == "[" else -1
        if char == "[" and end > 0:
            pieces[-1] += _bracket(part[at + 1 : end])
            at = end
        elif char == "*":
            pieces += [""] if pieces[-1] or len(pieces) == 1 else []
        else:
            pieces[-1] += "[^/]" if char == "?" else re.escape(char)
        at += 1
    first, *later = pieces
    middle = "".join(f"(?>[^/]*?{piece})" for piece in later[:-1])
    return first + middle + (f"[^/]*{later[-1]}" if later else "")


def _bracket(inner: str) -> str:
    """Translate a choice of characters; one that is none, such as ``[z-a]``, matches nothing."""
    escaped = inner.replace("\\", r"\\").replace("[", r"\[")
    found = f"[{'^/' + escaped[1:] if escaped[0] in '!^' else escaped}]"
    try:
        re.compile(found)
    except re.error:
        return "(?!)"
    return found
