"""Shards of rows that are not whole files: what export.shape made, in its order, split by split."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.settle.kept import kept
from codestrata.export.shape.base import Shape
from codestrata.export.split.shares import SPLITS
from codestrata.export.write.layout import boundaries
from codestrata.export.write.shards import Content, Shard, names
from codestrata.store.columns import Columns, concat, take
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile, Tables

#: Raise it when the same rows give other shards.
VERSION = "2"
#: One part in so many may end a shard.
_MAY_END = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table file, by their rising numbers in it, and the bytes of each.

    ``may_end``: a shard may end behind them.
    """

    file: TableFile
    rows: NDArray[np.int64]
    sizes: NDArray[np.int64]
    may_end: bool


@dataclass(slots=True)
class Owed:
    """Rows by repository, commit and licence; ``lists``: column → its word → rows, and bytes of text."""

    rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    lists: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def by(self, column: str) -> list[tuple[str, int, int]]:
        """List (word, rows, bytes) of a column, most bytes first, then by name."""
        told = self.lists.get(column, {})
        return sorted(((name, n, size) for name, (n, size) in told.items()), key=lambda row: (-row[2], row[0]))


def content(view: View, shape: Shape) -> tuple[Content, Owed]:
    """Give the rows of a recipe, and whose they are. A dataset without rows has one shard with none."""
    parts: dict[str, list[Part]] = {split: [] for split in SPLITS}
    owed = Owed()
    for file, which in kept(view, shape):
        stays = np.zeros(file.rows, np.bool_)
        stays[which] = True
        told = view.tables.read([file], _about(shape), "order by file_row_number")
        _count(owed, told, stays)
        splits = Coded.of(varlen(told, "split"))
        for split in SPLITS:
            mine = np.flatnonzero(splits.among([split]) & stays)
            if len(mine):
                sizes = np.asarray(told["bytes_"])[mine]
                parts[split].append(Part(file, mine, sizes, _may_end(told, int(mine[-1]))))
    found = {split: listed for split, listed in parts.items() if listed}
    rows = {split: sum(len(p.rows) for p in listed) for split, listed in found.items()}
    size = {split: sum(int(p.sizes.sum()) for p in listed) for split, listed in found.items()}
    blocks = _blocks(view, shape, found)
    return Content(shape.fields, blocks, rows, size), owed


def _about(shape: Shape) -> str:
    texts = " + ".join(f'strlen("{f.name}")' for f in shape.fields if f.kind == "text")
    return f'split, repository, "commit", path, licence, language, ({texts})::bigint as bytes_'


def _may_end(told: Columns, row: int) -> bool:
    """Say whether a shard may end behind a row: by where it is from, which neither an edit nor a pseudonym changes."""
    place = varlen(told, "repository")[row] + b"\0" + varlen(told, "path")[row]
    return hashlib.blake2b(place, digest_size=4).digest()[0] % _MAY_END == 0


def _count(owed: Owed, told: Columns, stays: NDArray[np.bool_]) -> None:
    mine = np.flatnonzero(stays)
    columns = (varlen(told, name).take(mine).strings() for name in ("repository", "commit", "licence"))
    owed.rows.update(zip(*columns, strict=True))
    sizes = np.asarray(told["bytes_"])[mine]
    for name in ("repository", "licence", "language"):
        coded = Coded.of(varlen(told, name).take(mine))
        counts = np.bincount(coded.codes, minlength=len(coded.words)).tolist()
        weights = np.bincount(coded.codes, weights=sizes, minlength=len(coded.words)).astype(np.int64).tolist()
        for word, n, size in zip(coded.words, counts, weights, strict=True):
            held = owed.lists.setdefault(name, {}).setdefault(word, [0, 0])
            held[0] += n
            held[1] += size


def _blocks(view: View, shape: Shape, parts: dict[str, list[Part]]) -> Iterator[Sequence[Shard]]:
    if not parts:
        yield [Shard(names("train", 1)[0], "", lambda: iter(()))]
    for split, listed in parts.items():
        shards = list(_cut(listed, view.settings.export.write.shard_mb * 1_000_000))
        for name, shard in zip(names(split, len(shards)), shards, strict=True):
            yield [_shard(view.tables, shape, name, shard)]


def _cut(parts: Sequence[Part], target: int) -> Iterator[list[Part]]:
    """Cut rows into shards; one may end where a part ends that allows it, or when it is twice its target."""
    sizes = np.concatenate([part.sizes for part in parts])
    ends = np.cumsum([len(part.rows) for part in parts])
    marks = np.ones((len(sizes), 1), np.uint8)
    marks[ends - 1, 0] = [not part.may_end for part in parts]
    for start, end in boundaries(sizes, marks, target):
        first, last = int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(ends, end, side="left"))
        yield [_within(parts[k], start, end, int(ends[k])) for k in range(first, last + 1)]


def _within(part: Part, start: int, end: int, stop: int) -> Part:
    """Give the rows of a part that lie in a range of all rows; ``stop`` is where the part ends in it."""
    first = stop - len(part.rows)
    low, high = max(start - first, 0), min(end - first, len(part.rows))
    return Part(part.file, part.rows[low:high], part.sizes[low:high], part.may_end)


def _shard(tables: Tables, shape: Shape, name: str, parts: Sequence[Part]) -> Shard:
    digest = hashlib.blake2b(f"{VERSION} {SOFTWARE} {shape.recipe} {shape.version}".encode(), digest_size=16)
    for part in parts:
        digest.update(part.file.sha256.encode() + part.rows.tobytes())
    return Shard(name, digest.hexdigest(), lambda: _lots(tables, shape, parts))


#: Bytes of rows that are put together before they are handed on; each lot is a row group in Parquet.
_LOT = 16_000_000


def _lots(tables: Tables, shape: Shape, parts: Sequence[Part]) -> Iterator[Columns]:
    """Give the rows of a shard: many small parts together, a large one by itself."""
    held: list[Columns] = []
    size = 0
    for part in parts:
        own = int(part.sizes.sum())
        if held and size + own > _LOT:
            yield concat(held)
            held, size = [], 0
        held.append(_rows(tables, shape, part))
        size += own
    if held:
        yield concat(held)


def _rows(tables: Tables, shape: Shape, part: Part) -> Columns:
    first, last = int(part.rows[0]), int(part.rows[-1])
    columns = ", ".join(f'"{f.name}"' for f in shape.fields)
    within = f"where file_row_number between {first} and {last} order by file_row_number"
    found = tables.read([part.file], columns, within)
    return found if last - first + 1 == len(part.rows) else take(found, part.rows - first)
