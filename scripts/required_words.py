"""Words that every match of a pattern holds, read off the pattern's syntax tree: the gates of the heuristics.

Source: the idea of RE2's ``Prefilter`` (Cox, "Regular Expression Matching with a Trigram Index", 2012).
"""

from __future__ import annotations

import re
import re._constants as op  # the tree that the standard library itself compiles from
import re._parser as tree
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

MOST = 64
"""Words a part of a pattern may unfold into."""
SHORTEST = 3
"""A word that may stand anywhere says little when it is shorter; at the start of a line one byte can do."""
AT_START = 4
"""A word at the start of a line says as much as one that is so many bytes longer."""

Word = tuple[str, bool]
"""The word, and whether it stands at the start of a line, blanks aside."""


def required(pattern: str) -> set[Word] | None:
    """Give words of which every match of the RE2 pattern holds one, or None where the pattern has no such words."""
    try:
        parsed = tree.parse(pattern.replace(r"\z", r"\Z"), re.MULTILINE)
    except re.error:  # flags in the middle of a pattern
        return None
    if parsed.state.flags & re.IGNORECASE:
        return None
    words = _needed(list(parsed), leading=False)
    return words if words and all(len(word) >= (1 if led else SHORTEST) for word, led in words) else None


@dataclass
class _Runs:
    """The best set of words so far, and the one that is growing."""

    leading: bool
    best: set[Word] | None = None
    run: set[str] = field(default_factory=lambda: {""})

    def close(self, others: set[Word] | None = None) -> None:
        """End the run; compare it, and what a part needs by itself, with the best."""
        own = {(word, self.leading) for word in self.run}
        for words in (own, others):
            if words and _worth(words) > _worth(self.best or set()):
                self.best = words
        self.run, self.leading = {""}, False


def _worth(words: Iterable[Word]) -> int:
    return (
        min((len(word) + AT_START * led for word, led in words if word), default=0)
        if all(word for word, _ in words)
        else 0
    )


def _needed(items: list[Any], *, leading: bool) -> set[Word] | None:
    runs = _Runs(leading)
    for i, item in enumerate(items):
        unfolded = _unfold([item])
        fresh = runs.run == {""}
        if item[0] is op.AT and item[1] is op.AT_BEGINNING and fresh:
            runs.leading = True
        elif unfolded is not None and len(runs.run) * len(unfolded) <= MOST:
            runs.run = {a + b for a, b in product(runs.run, unfolded)}
        elif fresh and runs.leading and _optional(item):
            either = _needed(list(item[1][2]), leading=True), _needed(items[i + 1 :], leading=True)
            runs.close({word for words in either for word in words or ()} if all(either) else None)
        elif not (fresh and runs.leading and _blanks(item)):
            runs.close(_part(item, leading=runs.leading and fresh))
    runs.close()
    return runs.best


def _optional(item: Any) -> bool:
    """Say whether an item may be left out."""
    return item[0] in (op.MAX_REPEAT, op.MIN_REPEAT) and item[1][0] == 0 and not _blanks(item)


def _blanks(item: Any) -> bool:
    """Say whether an item is a run of blanks."""
    kind, value = item
    if kind not in (op.MAX_REPEAT, op.MIN_REPEAT):
        return False
    (what, inner), *more = value[2]
    spaces = [(op.CATEGORY, op.CATEGORY_SPACE)], [(op.LITERAL, 32), (op.LITERAL, 9)]
    return value[0] == 0 and not more and what is op.IN and list(inner) in spaces


def _part(item: Any, *, leading: bool) -> set[Word] | None:
    """Give what an item that does not unfold needs by itself."""
    kind, value = item
    if kind is op.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _needed(list(value[3]), leading=leading)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _needed(list(value[2]), leading=leading) if value[0] else None
    if kind is op.BRANCH:
        each = [_needed(list(branch), leading=leading) for branch in value[1]]
        return {word for words in each for word in words or ()} if all(each) else None
    return None


def _unfold(items: list[Any]) -> set[str] | None:
    """Give every text that the items match, where those are few."""
    words = {""}
    for kind, value in items:
        new = _unfold_one(kind, value)
        if new is None or len(words) * len(new) > MOST:
            return None
        words = {a + b for a, b in product(words, new)}
    return words


def _unfold_one(kind: Any, value: Any) -> set[str] | None:
    if kind is op.LITERAL:
        return {chr(value)} if value != ord("\n") else None
    if kind is op.IN:
        return {chr(v) for _, v in value} if all(k is op.LITERAL for k, _ in value) else None
    if kind is op.SUBPATTERN and not value[1] & re.IGNORECASE:
        return _unfold(list(value[3]))
    if kind is op.BRANCH:
        each = [_unfold(list(branch)) for branch in value[1]]
        return {word for words in each for word in words or ()} if None not in each else None
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] == 1:
        inner = _unfold(list(value[2]))
        return None if inner is None else inner | ({""} if value[0] == 0 else set())
    return None
