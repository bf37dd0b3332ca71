"""Searching thousands of paths at once: as the lines of one text, folders first.

A rule that matches within a folder's path matches every file below it, so each folder is judged once and only files in
unmarked folders are searched by name. Every search is one linear pass of RE2 over the joined text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import re2
from numpy.typing import NDArray

from codestrata.kernels.paths import as_lines, parts
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen

_NEWLINE = ord("\n")
_NEWLINE_IN_NAME = np.uint8(0x1F)
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
    """The strings ``data[starts[i]:stops[i]]``, without newlines, as the lines of one text."""

    def __init__(self, data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> None:
        self._text, self._begins = as_lines(data, starts, stops)
        self._sizes = stops - starts

    def __len__(self) -> int:
        """Count the strings."""
        return len(self._sizes)

    def rule_of(self, rules: Rules) -> NDArray[np.int64]:
        """Give for each string the number of the first rule that it matches, or -1."""
        numbers = np.full(len(self), -1, np.int64)
        places = np.fromiter(rules.lines(self._text), np.int64)
        for i in (np.searchsorted(self._begins, places, side="right") - 1).tolist():
            numbers[i] = rules.first(self._text[self._begins[i] : self._begins[i] + self._sizes[i]])
        return numbers


class Paths:
    """Paths with their folders, each folder once."""

    def __init__(self, paths: Varlen) -> None:
        data, self._starts, self._stops = paths.data, paths.offsets[:-1], paths.offsets[1:]
        self._data = np.where(data == _NEWLINE, _NEWLINE_IN_NAME, data) if _NEWLINE in data else data
        names, _ = parts(self._data, paths.offsets)
        self._folder, first = distinct(self._data, self._starts, names)
        self._folders = Lines(self._data, self._starts[first], names[first])

    @cached_property
    def _whole(self) -> Lines:
        return Lines(self._data, self._starts, self._stops)

    def rule_of(self, rules: Rules) -> NDArray[np.int64]:
        """Give for each path the first rule that its folder matches, else that it matches itself, else -1."""
        found = self._folders.rule_of(rules)[self._folder]
        left = np.flatnonzero(found < 0)
        whole = len(left) == len(found)
        lines = self._whole if whole else Lines(self._data, self._starts[left], self._stops[left])
        found[left] = lines.rule_of(rules)
        return found
