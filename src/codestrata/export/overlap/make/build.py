"""From problems to hashes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import InvalidInput
from codestrata.export.overlap.evalset import KINDS, EvalSet
from codestrata.export.overlap.generic import TELLING, amount, generic_whole, tells, words
from codestrata.export.overlap.make.fields import Problem
from codestrata.export.overlap.make.functions import Parse, functions
from codestrata.export.overlap.make.pieces import shorts, stretches, wholes
from codestrata.kernels import numpy_overlap as hashing

#: A gram in more problems than this, and in more than this share of them, is the set's template.
TEMPLATE, TEMPLATE_SHARE = 8, 0.05
#: Strings of fewer words than a gram are looked for exactly from so many words on. Source: DeepSeek-Coder, §2.3.
SHORT_WORDS = 3
#: Different bytes among the 16 by which a piece is looked for: a line of dashes is in many texts, often.
_VARIETY = 6


@dataclass(frozen=True, slots=True, order=True)
class _Pattern:
    anchor: int
    problem: int
    before: int
    size: int
    whole: int
    kind: int


def build(name: str, some: Sequence[Problem], ngram: int, about: dict[str, Any], parse: Parse | None = None) -> EvalSet:
    """Make the list of a set.

    ngram: words in a row that make a match; parse: who knows the functions of programs. Raises InvalidInput when
    nothing in it could be looked for.
    """
    pairs, left = _grams(some, ngram)
    patterns = [_patterns(one, i, ngram) for i, one in enumerate(some)]
    listed = sorted({p for some_, _ in patterns for p in some_})
    known = functions(some, parse) if parse else []
    spread = Counter(value for value, _, _ in known)
    known = [one for one in known if not template(spread[one[0]], len(some))]
    told = {i for _, i in pairs} | {p.problem for p in listed} | {i for _, i, _ in known}
    if not told:
        hint = "are its fields the right ones? --field names them"
        raise InvalidInput("no problem has anything by which it could be told", where=name, hint=hint)
    out = {
        **left,
        "pieces": sum(generic_ for _, generic_ in patterns),
        "problems": [one.id for i, one in enumerate(some) if i not in told],
    }
    arrays = _columns(("grams", "gram_problems"), pairs)
    arrays |= _columns(("functions", "function_problems", "function_kinds"), known)
    arrays["totals"] = np.bincount(arrays["gram_problems"].astype(np.int64), minlength=len(some))
    for column, field in _COLUMNS.items():
        arrays[column] = np.array([getattr(p, field) for p in listed], np.uint64)
    return EvalSet(name, ngram, tuple(one.id for one in some), arrays, {**about, "left_out": out})


_COLUMNS = {
    "anchors": "anchor",
    "before": "before",
    "sizes": "size",
    "wholes": "whole",
    "pattern_problems": "problem",
    "pattern_kinds": "kind",
}


def _columns(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([row[i] for row in rows], np.uint64) for i, name in enumerate(names)}


def _grams(some: Sequence[Problem], n: int) -> tuple[list[tuple[int, int]], dict[str, int]]:
    """Give (hash, problem) of every gram that tells something, rising, and how many were left out, by why."""
    held, spoken = [], 0
    for one in some:
        telling: set[int] = set()
        plain: set[int] = set()
        for stretch in stretches(one):
            folded = hashing.words_of(hashing.blanked(stretch.encode()))[0]
            found = hashing.grams_of(folded, n).tolist()
            for value, tells_ in zip(found, _telling(words(stretch), n), strict=True):
                (telling if tells_ else plain).add(value)
        held.append(telling)
        spoken += len(plain - telling)
    spread = Counter(value for mine in held for value in mine)
    frames = {value for value, count in spread.items() if template(count, len(some))}
    pairs = sorted((value, i) for i, mine in enumerate(held) for value in mine - frames)
    return pairs, {"generic_ngrams": spoken, "template_ngrams": len(frames)}


def template(count: int, problems: int) -> bool:
    """Say whether what so many of a set's problems hold is the set's template."""
    return count > max(TEMPLATE, TEMPLATE_SHARE * problems)


def _telling(listed: Sequence[str], n: int) -> Iterator[bool]:
    """Say of each ``n`` words in a row whether they tell something: as :func:`generic`, in one pass."""
    least = min(TELLING, n - 1)
    counts: Counter[str] = Counter()
    window: deque[str] = deque()
    for word in listed:
        window.append(word)
        if tells(word):
            counts[word] += 1
        if len(window) > n:
            gone = window.popleft()
            counts[gone] -= 1
            if counts[gone] <= 0:
                del counts[gone]
        if len(window) == n:
            yield len(counts) >= least


def _patterns(problem: Problem, number: int, n: int) -> tuple[set[_Pattern], int]:
    """Give what is looked for whole, and how many pieces are too generic for it."""
    found: set[_Pattern] = set()
    out = 0
    for few, (piece, long) in [*((False, p) for p in wholes(problem)), *((True, p) for p in shorts(problem))]:
        listed = words(piece)
        short = amount(listed) < n
        if amount(listed) < SHORT_WORDS or (few and not short):
            continue
        kind = KINDS.index("short" if short else "substring")
        pattern = None if generic_whole(listed, long) else _pattern(piece, number, kind)
        if pattern:
            found.add(pattern)
        out += pattern is None
    return found, out


def _pattern(piece: str, problem: int, kind: int) -> _Pattern | None:
    """Describe a piece; of its places the one is looked for whose hash is least, so that few pieces share one."""
    bytes_, _ = hashing.squeezed(hashing.blanked(piece.encode()))
    anchors = hashing.anchors_of(bytes_)
    if not len(anchors):
        return None
    raw = bytes_.tobytes()
    varied = [i for i in range(len(anchors)) if len(set(raw[i : i + hashing.ANCHOR])) >= _VARIETY]
    at = min(varied or range(len(anchors)), key=anchors.__getitem__)
    return _Pattern(int(anchors[at]), problem, at, len(bytes_), hashing.whole_of(bytes_), kind)
