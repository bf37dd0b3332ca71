"""Plan of a read: what lies where, cut into units (delta trees, loose objects), and which part has which units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codestrata.git.objects.batch import NO_ROWS, Bytes, Int64s
from codestrata.git.objects.loose import LooseFile, find_loose
from codestrata.git.objects.packs import Found, Pack, PackSet
from codestrata.kernels.pack import BLOB, BROKEN, NOT_FOUND, Trees

Part = tuple[int, int]
WHOLE: Part = (0, 1)
#: What a loose blob grows by when it is inflated, as a guess for sharing the work out.
_LOOSE_RATIO = 4
#: No single entry counts for more than this when the work is shared out: a lying header must not empty the other parts.
_LARGEST_WEIGHT = 1 << 30


@dataclass(slots=True)
class PackWork:
    """Delta trees to read from one pack: those whose root is in ``roots``."""

    pack: Pack
    trees: Trees
    roots: Int64s

    def rows(self, entries: NDArray[np.bool_]) -> Int64s:
        """Give the rows that want the entries marked."""
        rows: Int64s = self.trees.row[entries & (self.trees.row >= 0)]
        return rows

    def weights(self) -> Int64s:
        """Guess the bytes that each tree inflates to: a delta's result is about as large as the root."""
        size = np.minimum(self.trees.size, _LARGEST_WEIGHT).astype(np.float64)
        whole = self.trees.root >= 0
        root = self.trees.root[whole]
        entries = np.bincount(root, minlength=len(size))
        guess = size * entries + np.bincount(root, weights=size[whole], minlength=len(size)) - size
        return guess[self.roots].astype(np.int64)


@dataclass(slots=True)
class Plan:
    """Everything that one read has to do; rows of ids, each distinct id once."""

    packed: list[PackWork] = field(default_factory=list)
    loose: list[tuple[int, LooseFile]] = field(default_factory=list)
    broken: Int64s = field(default_factory=lambda: NO_ROWS)
    """Rows that are in a pack but cannot be read from it here: git may do better."""
    unknown: Int64s = field(default_factory=lambda: NO_ROWS)
    """Rows found nowhere, where some pack cannot be read here: git may know them."""
    missing: Int64s = field(default_factory=lambda: NO_ROWS)
    damaged: Int64s = field(default_factory=lambda: NO_ROWS)
    """Rows of objects of another kind, or deltas in a circle: git would follow it until its memory is spent."""

    def part(self, part: Part) -> Plan:
        """Give the units of part (i, n): over all i they are disjoint, complete, and about equal in bytes."""
        if part == WHOLE:
            return self
        loose = np.array([file.stored * _LOOSE_RATIO for _, file in self.loose], np.int64)
        rest = (self.broken, self.unknown, self.missing, self.damaged)
        weights = [*(w.weights() for w in self.packed), loose, *(np.zeros(len(rows), np.int64) for rows in rest)]
        masks = iter(share(weights, part))
        packed = [PackWork(w.pack, w.trees, w.roots[next(masks)]) for w in self.packed]
        kept = [self.loose[i] for i in np.flatnonzero(next(masks))]
        return Plan(packed, kept, *(rows[mask] for rows, mask in zip(rest, masks, strict=True)))


def share(weights: Sequence[Int64s], part: Part) -> list[NDArray[np.bool_]]:
    """Cut runs of weighted units, end to end, into n stretches of about equal weight; mark those of stretch i."""
    number, parts = part
    flat = np.concatenate([*weights, NO_ROWS]).astype(np.float64) + 1
    middle = np.cumsum(flat) - flat / 2
    owner = np.minimum((middle / max(flat.sum(), 1) * parts).astype(np.int64), parts - 1)
    return np.split(owner == number, np.cumsum([len(w) for w in weights])[:-1])


def plan(packs: PackSet, directories: Sequence[str], ids: Bytes, kind: int = BLOB) -> Plan:
    """Find out where every id lies, of objects of one kind. Of equal ids only the first row counts."""
    found = packs.find(ids)
    work = Plan()
    stray, others = [np.array(first_rows(ids, np.flatnonzero(found.offset == BROKEN)), np.int64)], [NO_ROWS]
    for pack, rows in zip(packs.packs, packs.rows(found), strict=True):
        trees = pack.kernel.trees(found.offset[rows], rows)
        root, wanted = trees.root, trees.row >= 0
        is_meant = (root >= 0) & (trees.kind[np.maximum(root, 0)] == kind)
        stray += [trees.row[wanted & (root == NOT_FOUND)], _shadowed(ids, rows, trees.row[wanted])]
        others.append(trees.row[wanted & (root != NOT_FOUND) & ~is_meant])
        work.packed.append(PackWork(pack, trees, np.flatnonzero((root == np.arange(len(root))) & is_meant)))
    absent = _find_loose(work, directories, ids, found)
    if packs.complete:
        work.missing = absent
    else:
        work.unknown = absent
    work.broken = np.sort(np.concatenate(stray))
    work.damaged = np.sort(np.concatenate(others))
    return work


def _shadowed(ids: Bytes, rows: Int64s, kept: Int64s) -> Int64s:
    """Give the rows that an index sends to the same entry as a row of another id: one of the two must be a lie."""
    if len(rows) == len(kept):
        return NO_ROWS
    names = {ids[row].tobytes() for row in kept.tolist()}
    others = first_rows(ids, rows[~_among(rows, kept)])
    return np.array([row for row in others if ids[row].tobytes() not in names], np.int64)


def _among(rows: Int64s, kept: Int64s) -> NDArray[np.bool_]:
    """Mark the rows that are kept (NumPy's set functions would import numpy.ma for 30 ms)."""
    marked = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
    marked[kept] = True
    return marked[rows]


def _find_loose(work: Plan, directories: Sequence[str], ids: Bytes, found: Found) -> Int64s:
    absent = []
    for row in first_rows(ids, np.flatnonzero(found.pack < 0)):
        file = find_loose(directories, ids[row].tobytes().hex())
        if file:
            work.loose.append((row, file))
        else:
            absent.append(row)
    return np.array(absent, np.int64)


def first_rows(ids: Bytes, rows: Int64s) -> list[int]:
    """Of the given rows keep the first of each distinct id."""
    seen: dict[bytes, int] = {}
    for row in rows.tolist():
        seen.setdefault(ids[row].tobytes(), row)
    return list(seen.values())
