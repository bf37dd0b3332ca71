"""Searching thousands of paths at once: as the lines of one text, folders first.

A rule that matches within a folder's path matches every file below it, so each folder is judged once and only files in
unmarked folders are searched by name. Every search is one linear pass of RE2 over the joined text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import re2
from numpy.typing import NDArray

from codestrata.store.columns import Varlen

_NEWLINE = ord("\n")
_NEWLINE_IN_NAME = b"\x1f"
"""Stands for a newline inside a path; no rule speaks of either."""


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    return options


class Rules:
    """Patterns tried together; among those that match, the first counts."""

    def __init__(self, patterns: Iterable[str], *, numbered: bool = False) -> None:
        each = [f"(?m){pattern}".encode("latin-1") for pattern in patterns]
        self._any = re2.compile(b"|".join(b"(?:%s)" % pattern for pattern in each), options=_options())
        self._which = _numbered(each) if numbered else None

    def lines(self, text: bytes) -> Iterator[int]:
        """Give a position in each line that some rule matches."""
        at = 0
        while at >= 0:
            found = self._any.search(text, at)
            if not found:
                return
            yield found.start()
            at = text.find(b"\n", found.end()) + 1 or -1

    def first(self, line: bytes) -> int:
        """Give the number of the first rule that matches a line that some rule matches; 0 where nobody asks which."""
        return int(min(self._which.Match(line))) if self._which else 0


def _numbered(patterns: Iterable[bytes]) -> Any:
    which = re2.Set.SearchSet(_options())
    for pattern in patterns:
        which.Add(pattern)
    which.Compile()
    return which


class Lines:
    """Byte strings without newlines, as the lines of one text."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        self.rows = rows
        self._text = b"\n".join(rows)
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        self._starts = np.cumsum(sizes + 1) - sizes - 1

    def matched(self, rules: Rules) -> NDArray[np.int64]:
        """Give the numbers of the rows that some rule matches, rising."""
        places = np.fromiter(rules.lines(self._text), np.int64)
        return np.searchsorted(self._starts, places, side="right") - 1


class Paths:
    """Paths with their folders, each folder once."""

    def __init__(self, paths: Varlen) -> None:
        self.rows = [path.replace(b"\n", _NEWLINE_IN_NAME) for path in paths] if _NEWLINE in paths.data else list(paths)
        numbers: dict[bytes, int] = {}
        within = [numbers.setdefault(row[: row.rfind(b"/") + 1], len(numbers)) for row in self.rows]
        self.folder = np.array(within, np.int64)
        self.folders = Lines(list(numbers))

    @cached_property
    def _whole(self) -> Lines:
        return Lines(self.rows)

    def rule_of(self, rules: Rules) -> NDArray[np.int64]:
        """Give for each path the first rule that its folder matches, else that it matches itself, else -1."""
        by_folder = np.full(len(self.folders.rows), -1, np.int64)
        for i in self.folders.matched(rules).tolist():
            by_folder[i] = rules.first(self.folders.rows[i])
        found = by_folder[self.folder]
        left = np.flatnonzero(found < 0)
        lines = self._whole if len(left) == len(found) else Lines([self.rows[i] for i in left.tolist()])
        for i in lines.matched(rules).tolist():
            found[left[i]] = rules.first(lines.rows[i])
        return found
