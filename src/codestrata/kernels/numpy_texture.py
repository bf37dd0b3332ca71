"""What a text repeats and what its lines are made of, in plain Python: the twin of ``native/texture.c``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.numpy_lexer import lex
from codestrata.kernels.syntax import Family

Mask = NDArray[np.bool_]

_WORD = re.compile(rb"[A-Za-z0-9\x80-\xff]+")
_BLANK = frozenset(b" \t\n\v\f\r")
_LONG = 20
_TODO = re.compile(rb"todo|fixme|your code here")
_ASSERT = re.compile(rb"assert")
_PRINT = re.compile(rb"print|console\.|cout|writeline")
_IMPORT = re.compile(rb"(?:import|from)[ \t]")
_PASS = re.compile(rb"pass(?![a-z0-9_\x80-\xff])")
_MAIN = re.compile(rb"(?<![a-z0-9_\x80-\xff])main *\(")
_HEX = re.compile(rb"(?<![a-z0-9_\x80-\xff])0x[0-9a-f]+(?![a-z0-9_\x80-\xff])")
_ASSIGN = re.compile(rb"(?<![=!<>])=(?![=>])")


def texture_of(text: bytes, family: Family) -> list[int]:
    """Give the columns of :data:`codestrata.kernels.texture.COLUMNS` for one text."""
    comment, string = lex(text, family)
    raw = np.frombuffer(text, np.uint8)
    letter = raw & 0xC0 != 0x80  # noqa: PLR2004 -- where a character begins
    white = np.isin(raw, list(_BLANK))
    found = [(m.start(), m.group().lower()) for m in _WORD.finditer(text)]
    words = [word for _, word in found]
    lengths = [_characters(word) for word in words]
    lines = _Lines(text, comment, string, [at for at, _ in found])
    code = [line for line in lines.code if line]
    return [
        int((letter & ~white).sum()),
        len(words),
        sum(lengths),
        len(set(words)),
        *(_top(words, lengths, n) for n in (2, 3, 4)),
        *(_dupes(words, lengths, n) for n in range(5, 11)),
        len(code),
        _repeated(code),
        text.count(b"\xef\xbf\xbd"),
        int((letter & comment).sum()),
        int((letter & string).sum()),
        sum(int((letter & string)[a:b].sum()) for a, b in lines.docs()),
        lines.long_strings(),
        _long_words(text, string),
        sum(len(m.group()) for m in _HEX.finditer(text.lower()) if not comment[m.start()]),
        *lines.counts(),
        sum(not comment[m.start()] for m in _MAIN.finditer(text.lower())),
        sum(not comment[m.start()] for m in _ASSIGN.finditer(text)),
    ]


def _characters(word: bytes) -> int:
    return sum(byte & 0xC0 != 0x80 for byte in word)  # noqa: PLR2004


def _grams(words: Sequence[bytes], n: int) -> list[tuple[bytes, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _top(words: Sequence[bytes], lengths: Sequence[int], n: int) -> int:
    grams = _grams(words, n)
    if not grams:
        return 0
    gram, count = Counter(grams).most_common(1)[0]
    at = grams.index(gram)
    return sum(lengths[at : at + n]) * count if count > 1 else 0


def _dupes(words: Sequence[bytes], lengths: Sequence[int], n: int) -> int:
    grams = _grams(words, n)
    counts = Counter(grams)
    covered = {k for i, gram in enumerate(grams) if counts[gram] > 1 for k in range(i, i + n)}
    return sum(lengths[k] for k in covered)


def _repeated(code: Sequence[bytes]) -> int:
    counts = Counter(code)
    return sum(n for line, n in counts.items() if n > 1 and len(line) > 1 and line != b"},")


def _long_words(text: bytes, string: Mask) -> int:
    total = run = 0
    url = False
    for i, byte in enumerate(text):
        if string[i] and byte not in _BLANK and byte not in b"\"'`":
            run += byte & 0xC0 != 0x80  # noqa: PLR2004
            url = url or text.startswith(b"://", i)
            continue
        total += run if run > _LONG and not url else 0
        run, url = 0, False
    return total + (run if run > _LONG and not url else 0)


class _Lines:
    """The lines of a text: the code of each without comment and white space, and what it is made of."""

    def __init__(self, text: bytes, comment: Mask, string: Mask, words: Sequence[int]) -> None:
        ends = [i + 1 for i, byte in enumerate(text) if byte == ord("\n")]
        self.spans = list(pairwise([0, *ends, len(text)]))
        self.text, self.lower, self.comment, self.string, self.words = text, text.lower(), comment, string, words
        self.places = [self._places(a, b) for a, b in self.spans]
        self.code = [bytes(text[i] for i in places) for places in self.places]

    def _places(self, start: int, end: int) -> list[int]:
        return [i for i in range(start, end) if not self.comment[i] and self.text[i] not in _BLANK]

    def _has(self, pattern: re.Pattern[bytes], start: int, end: int, *, comment: bool) -> bool:
        """Say whether the pattern begins in a line, at a byte of a comment or at one of code."""
        at = start
        while found := pattern.search(self.lower, at):
            if found.start() >= end:
                return False
            if bool(self.comment[found.start()]) == comment:
                return True
            at = found.start() + 1
        return False

    def docs(self) -> list[tuple[int, int]]:
        """Give the strings in triple quotes that begin a line: where each begins and ends."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.string.astype(np.int8), [0]])))
        leads = {places[0] for places in self.places if places}
        spans = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
        return [(a, b) for a, b in spans if a in leads and self.text[a : a + 3] in {b'"' * 3, b"'" * 3}]

    def long_strings(self) -> int:
        within = [at for at in self.words if self.string[at]]
        return sum(sum(a <= at < b for at in within) > _LONG for a, b in self.spans)

    def counts(self) -> list[int]:
        todo = sum(self._has(_TODO, a, b, comment=True) for a, b in self.spans)
        coded = [(span, places) for span, places in zip(self.spans, self.places, strict=True) if places]
        asserts, prints = (
            sum(self._has(pattern, *span, comment=False) for span, _ in coded) for pattern in (_ASSERT, _PRINT)
        )
        leads = [p[0] for _, p in coded if not self.string[p[0]]]
        imports, passes = (sum(bool(pat.match(self.lower, at)) for at in leads) for pat in (_IMPORT, _PASS))
        return [todo, asserts, imports, passes, prints, sum(self.text[at] == ord("#") for at in leads)]
