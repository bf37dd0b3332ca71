"""What rows say besides their text: the columns of table samples that decisions and repositories give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.write.text import readable_paths
from codestrata.store.columns import Columns, Varlen
from codestrata.store.parquet import Coded as CodedColumn

#: Columns that pass from the decisions into the samples as they are.
_SAME = ("licence_confidence", "size", "lines", "tokens", "max_line", "comment_lines", "complexity")
_MARKS = ("vendored", "test", "documentation")
#: The same, those of few distinct words.
_FEW = ("commit", "language", "licence", "licence_class", "licence_source", "licence_method", "encoding")

#: Columns of the decisions table that a sample needs.
NEEDED = ("repository_id", "full_name", "path", "blob", *_FEW, *_SAME, *_MARKS)


@dataclass(frozen=True, slots=True)
class Source:
    """What a sample says of its repository."""

    origin: str
    stars: int
    forks: int


@dataclass(frozen=True, slots=True)
class Words:
    """A column of few distinct words over all rows, the words sorted; a row group gets those that it uses."""

    codes: NDArray[np.int64]
    words: Varlen

    @classmethod
    def of(cls, codes: NDArray[np.int32], words: Sequence[str]) -> Words:
        """Sort the words of a coded column."""
        order = sorted(range(len(words)), key=lambda i: words[i].encode())
        rank = np.empty(len(words), np.int64)
        rank[order] = np.arange(len(words))
        return cls(rank[codes], Varlen.of(words[i] for i in order))

    def part(self, start: int, end: int) -> CodedColumn:
        """Give the rows from start to end."""
        used = np.zeros(len(self.words), np.bool_)
        used[self.codes[start:end]] = True
        number = np.cumsum(used) - 1
        return CodedColumn(number[self.codes[start:end]], self.words.take(np.flatnonzero(used)))


Said = dict[str, NDArray[np.generic] | Varlen | Words]
Part = NDArray[np.generic] | Varlen | CodedColumn


def say(decided: Columns, sources: Mapping[str, Source]) -> Said:
    """Give every column of the samples but those of table texts, for some decisions in their order."""
    whose = Coded.of(varlen(decided, "repository_id"))
    owners = [sources[name] for name in whose.words]
    paths, commits = readable_paths(varlen(decided, "path")), varlen(decided, "commit")
    names = Coded.of(varlen(decided, "full_name"))
    lines = np.maximum(np.asarray(decided["lines"]), 1).tolist()
    each = zip(names.codes.tolist(), commits.strings(), paths.strings(), lines, strict=True)
    called = names.words
    return {
        **{name: np.asarray(decided[name]) for name in (*_SAME, *_MARKS)},
        **{name: _words(decided, name) for name in _FEW},
        "source": Varlen.of([f"{called[n]}@{c}:{p}#L1-L{k}" for n, c, p, k in each]),
        "repository": Words.of(names.codes, names.words),
        "origin": Words.of(*_merged(whose.codes, [s.origin for s in owners])),
        "path": paths,
        "blob": _hexadecimal(varlen(decided, "blob")),
        "stars": np.array([s.stars for s in owners], np.int64)[whose.codes],
        "forks": np.array([s.forks for s in owners], np.int64)[whose.codes],
    }


def part(column: NDArray[np.generic] | Varlen | Words, start: int, end: int) -> Part:
    """Give the rows from start to end of a column."""
    if isinstance(column, Words):
        return column.part(start, end)
    if isinstance(column, Varlen):
        return Varlen(column.offsets[start : end + 1], column.data, text=column.text)
    return column[start:end]


def _words(decided: Columns, name: str) -> Words | Varlen:
    """Give a column as words, unless most rows have one of their own."""
    column = varlen(decided, name)
    coded = Coded.of(column)
    return column if 2 * len(coded.words) > len(column) else Words.of(coded.codes, coded.words)


def _merged(codes: NDArray[np.int32], words: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Give each word one code."""
    distinct = {word: i for i, word in enumerate(dict.fromkeys(words))}
    return np.array([distinct[word] for word in words], np.int32)[codes], list(distinct)


def _hexadecimal(column: Varlen) -> Varlen:
    digits = np.frombuffer(column.data.tobytes().hex().encode(), np.uint8)
    return Varlen((column.offsets - column.offsets[0]) * 2, digits, text=True)
