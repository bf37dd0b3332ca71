"""What texts share with some evaluation sets: rows of table **overlaps**."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.overlap.evalset import KINDS, EvalSet
from codestrata.export.overlap.schema import OVERLAPS
from codestrata.kernels.overlap import Sought
from codestrata.store.columns import Column, Columns, Varlen, blank, concat

Ints = NDArray[np.int64]
_NEWLINE = 10


@dataclass(frozen=True, eq=False)
class Lists:
    """Evaluation sets as one: problems are numbered through all of them.

    held[starts[k]:starts[k + 1]] are the problems that hold gram k; totals, the grams of each problem; owners and
    kinds, of each pattern its problem and its place in KINDS; sets and ids name each problem.
    """

    sought: Sought
    starts: Ints
    held: Ints
    totals: Ints
    owners: Ints
    kinds: Ints
    sets: Varlen
    ids: Varlen

    @classmethod
    def of(cls, lists: Sequence[EvalSet]) -> Lists:
        """Join lists of n-grams of one length; there is one at least."""
        first = np.cumsum([0, *(len(one.ids) for one in lists)])
        grams, problems = _joined(lists, "grams"), _joined(lists, "gram_problems", first)
        order = np.lexsort((problems, grams))
        distinct, starts = np.unique(grams[order], return_index=True)
        patterns = np.argsort(_joined(lists, "anchors"), kind="stable")
        columns = [_joined(lists, name)[patterns] for name in ("anchors", "before", "sizes", "wholes")]
        before, sizes = (column.astype(np.int64) for column in columns[1:3])
        sought = Sought(lists[0].ngram, distinct, columns[0], before, sizes, columns[3])
        return cls(
            sought,
            np.append(starts, len(grams)).astype(np.int64),
            problems[order].astype(np.int64),
            _joined(lists, "totals").astype(np.int64),
            _joined(lists, "pattern_problems", first)[patterns].astype(np.int64),
            _joined(lists, "pattern_kinds")[patterns].astype(np.int64),
            Varlen.of([one.name for one in lists for _ in one.ids]),
            Varlen.of([name for one in lists for name in one.ids]),
        )

    def overlaps(self, blobs: Varlen, arena: NDArray[np.uint8], offsets: Ints) -> Columns:
        """Give the rows of texts ``arena[offsets[i]:offsets[i + 1]]`` in UTF-8, by text, problem, kind and place."""
        found = self.sought.find(arena, offsets)
        if not len(found.grams) and not len(found.patterns):
            return none()
        held = self._held(found.grams)
        spans = _spans(held, self.sought.n)
        counted = _counted(held)
        matched = np.array([counted.get((t, p), 0) for t, p in spans[:, :2].tolist()], np.int64)
        pieces = self._pieces(found.patterns)
        whole = np.array([counted.get((t, p), 0) for t, p in pieces[:, :2].tolist()], np.int64)
        rows = np.concatenate([spans, pieces])
        share = np.concatenate([matched / np.maximum(self.totals[spans[:, 1]], 1), np.ones(len(pieces))])
        order = np.lexsort((rows[:, 3], rows[:, 4], rows[:, 2], rows[:, 1], rows[:, 0]))
        gram = np.concatenate([self.sought.grams[spans[:, 5]], np.zeros(len(pieces), np.uint64)])
        table = self._table(rows[order], blobs, arena, offsets)
        table["matched"] = np.concatenate([matched, whole])[order].astype(np.int32)
        table["share"] = share[order].astype(np.float32)
        table["gram"] = gram[order]
        return {field.name: table[field.name] for field in OVERLAPS}

    def _held(self, grams: Ints) -> Ints:
        """Give (text, problem, word, start, end, gram) for every problem that a gram is of."""
        many = self.starts[grams[:, 1] + 1] - self.starts[grams[:, 1]]
        rows = np.repeat(np.arange(len(grams)), many)
        place = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        problem = self.held[self.starts[grams[rows, 1]] + place]
        held = np.column_stack([grams[rows, 0], problem, grams[rows, 2:5], grams[rows, 1]])
        return held[np.lexsort((held[:, 2], held[:, 1], held[:, 0]))]

    def _pieces(self, patterns: Ints) -> Ints:
        """Give (text, problem, how, start, end, nothing)."""
        which = patterns[:, 1]
        nothing = np.zeros(len(patterns), np.int64)
        columns = (patterns[:, 0], self.owners[which], 1 + self.kinds[which], patterns[:, 2], patterns[:, 3], nothing)
        return np.unique(np.column_stack(columns), axis=0)

    def _table(self, rows: Ints, blobs: Varlen, arena: NDArray[np.uint8], offsets: Ints) -> dict[str, Column]:
        lines = _lines(arena, offsets, rows[:, [0, 3, 4]])
        return {
            "blob": blobs.take(rows[:, 0]),
            "set": self.sets.take(rows[:, 1]),
            "problem": self.ids.take(rows[:, 1]),
            "how": Varlen.of(HOW).take(rows[:, 2]),
            "start": rows[:, 3].copy(),
            "end": rows[:, 4].copy(),
            "line": lines[:, 0].copy(),
            "last_line": lines[:, 1].copy(),
        }


#: Words of column ``how``, in the order of their rows.
HOW = ("ngram", *KINDS)


def none() -> Columns:
    """Give table **overlaps** without a row."""
    return {field.name: blank(0, field.kind) for field in OVERLAPS}


def _joined(lists: Sequence[EvalSet], name: str, first: NDArray[Any] | None = None) -> NDArray[Any]:
    parts = [one[name].astype(np.int64) + first[i] for i, one in enumerate(lists)] if first is not None else []
    return np.concatenate(parts or [one[name] for one in lists])


def _spans(held: Ints, n: int) -> Ints:
    """Join grams of one problem whose words meet: (text, problem, how, start, end, first gram)."""
    if not len(held):
        return np.zeros((0, 6), np.int64)
    apart = np.any(np.diff(held[:, :2], axis=0) != 0, axis=1) | (np.diff(held[:, 2]) > n)
    first = np.concatenate([[0], np.flatnonzero(apart) + 1])
    last = np.append(first[1:], len(held)) - 1
    how = np.zeros(len(first), np.int64)
    return np.column_stack([held[first, 0], held[first, 1], how, held[first, 3], held[last, 4], held[first, 5]])


def _counted(held: Ints) -> dict[tuple[int, int], int]:
    """Count the different grams of each text and problem."""
    pairs, counts = np.unique(np.unique(held[:, [0, 1, 5]], axis=0)[:, :2], axis=0, return_counts=True)
    return {(text, problem): count for (text, problem), count in zip(pairs.tolist(), counts.tolist(), strict=True)}


def _lines(arena: NDArray[np.uint8], offsets: Ints, spans: Ints) -> NDArray[np.int32]:
    """Give the first and the last line of spans (text, start, end), which are in the order of their texts."""
    lines = np.zeros((len(spans), 2), np.int32)
    edges = [0, *(np.flatnonzero(np.diff(spans[:, 0])) + 1).tolist(), len(spans)]
    for first, last in pairwise(edges):
        mine = spans[first:last]
        begin = int(offsets[mine[0, 0]])
        newlines = np.flatnonzero(arena[begin : begin + int(mine[:, 2].max())] == _NEWLINE)
        lines[first:last] = np.searchsorted(newlines, mine[:, 1:]) + 1
    return lines


def joined(parts: Sequence[Columns]) -> Columns:
    """Put tables **overlaps** end to end; of none, give one without rows."""
    return concat([*parts]) if parts else none()
