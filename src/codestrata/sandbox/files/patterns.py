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
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    if pattern.startswith("/") or ".." in parts or not pattern.strip():
        raise InvalidInput("not a pattern of files in the work tree", where=pattern, hint="give it relative to it")
    if not parts:
        return ".*"
    out = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            out.append(".*" if last else "(?:[^/]+/)*")
        else:
            out.append(_name(part) + ("" if last else "/"))
    return "".join(out)


def _name(part: str) -> str:
    """Translate one name; a bracket that is not closed is a bracket."""
    out, at = [], 0
    while at < len(part):
        char = part[at]
        end = part.find("]", at + 2) if char == "[" else -1
        if char == "[" and end > 0:
            inner = part[at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            out.append(f"[{'^/' + inner[1:] if inner[0] in '!^' else inner}]")
            at = end
        else:
            out.append({"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char))
        at += 1
    return "".join(out)
