"""Shards put together: texts copied as they were written, with what the rows say besides."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.checks import Checks, checks
from codestrata.export.tokens.known import told
from codestrata.export.write.rows import NEEDED, Source, say
from codestrata.export.write.schema import SAMPLES
from codestrata.export.write.shards import Content, Shard, names
from codestrata.export.write.texts import KEPT, cut
from codestrata.store.columns import Column, Columns, Varlen, take
from codestrata.store.parquet import Chunk, ParquetFile, Placed, encode, part
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile, Tables

#: Raise it when the same texts and decisions give other shards.
VERSION = "3"
#: Rows whose columns are in memory at once, about.
_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of table texts: the kept rows from start to end, and where its chunks lie."""

    start: int
    end: int
    chunks: Mapping[str, Placed]
    file: TableFile
    bytes: int


@dataclass(frozen=True, slots=True)
class _Shard:
    """What one shard is made of: its split, its texts."""

    split: str
    texts: Sequence[Piece]


def content(view: View) -> Content:
    """Give the rows of recipe pretrain: a file each. A dataset without rows has one shard with none."""
    decisions, results = view.planned("export.decide", "decisions"), checks(view)
    rows, size = Counter[str](), Counter[str]()
    kept = view.tables.read(decisions, "blob, size, split, file_row_number as row", KEPT)
    shards = _pieces(view, kept) if kept else []
    for shard in shards:
        rows[shard.split] += shard.texts[-1].end - shard.texts[0].start
        size[shard.split] += sum(piece.bytes for piece in shard.texts)
    fields = (*SAMPLES, *results.fields())
    place = np.asarray(kept["row"]) if kept else np.zeros(0, np.int64)
    return Content(fields, _blocks_of(view, decisions, results, shards, place), rows, size)


def _blocks_of(
    view: View, decisions: Sequence[TableFile], results: Checks, shards: Sequence[_Shard], place: NDArray[np.int64]
) -> Iterator[Sequence[Shard]]:
    """Give shards in blocks; what rows say besides their text is in memory for one block at a time."""
    if not shards:
        yield [Shard(names("train", 1)[0], "", lambda: iter(()))]
        return
    sources, columns, named = sources_of(view), columns_of(results), _names(shards)
    for first, last in _blocks(shards):
        start, end = shards[first].texts[0].start, shards[last - 1].texts[-1].end
        lines = int(place[start]), int(place[end - 1])
        said = say(_read(view, decisions, shards[first].split, lines), sources, results)
        yield [_shard(view.tables, said, start, shards[n], named[n], columns) for n in range(first, last)]


def _names(shards: Sequence[_Shard]) -> list[str]:
    count = Counter(shard.split for shard in shards)
    return [name for split, n in count.items() for name in names(split, n)]


def _shard(
    tables: Tables, said: Columns, base: int, shard: _Shard, name: str, columns: Sequence[tuple[str, str]]
) -> Shard:
    return Shard(
        name,
        _key(said, base, shard.texts),
        lambda: _lots(tables, said, base, shard),
        lambda path: _copy(path, said, base, shard, columns),
    )


def columns_of(results: Checks) -> tuple[tuple[str, str], ...]:
    """Give the columns of the samples, with their kinds: those of every dataset, and those of a pipeline."""
    return tuple((field.name, field.kind) for field in (*SAMPLES, *results.fields()))


def sources_of(view: View) -> dict[str, Source]:
    """Give what samples say of each repository, by its id."""
    return {r.id: Source(r.public_origin, r.stars, r.forks) for r in view.repositories()}


def _pieces(view: View, kept: Columns) -> list[_Shard]:
    """List the texts of every shard. The plan of ``export.texts`` cut the same rows the same way."""
    files, results = view.planned("export.texts", "texts"), view.results("export.texts")
    texts = iter(zip(files, results, strict=True))
    shards = cut(kept, view.settings.export.write.shard_mb)
    root = view.tables.root
    return [_Shard(split, [_piece(root, a, b, *next(texts)) for a, b in ranges]) for split, ranges in shards]


def _piece(root: Path, start: int, end: int, file: TableFile, result: Mapping[str, Any]) -> Piece:
    chunks = {
        name: Placed(Chunk(c["rows"], c["plain"], c["length"], c["values"]), root / file.path, c["offset"])
        for name, c in result["chunks"].items()
    }
    return Piece(start, end, chunks, file, int(result["bytes"]))


def _blocks(shards: Sequence[_Shard]) -> Iterator[tuple[int, int]]:
    """Take shards of a split together until they have rows enough: half-open ranges of shards."""
    first = 0
    for n, shard in enumerate(shards):
        last = n + 1 == len(shards) or shards[n + 1].split != shard.split
        if last or shard.texts[-1].end - shards[first].texts[0].start >= _ROWS:
            yield first, n + 1
            first = n + 1


def _read(view: View, decisions: Sequence[TableFile], split: str, lines: tuple[int, int]) -> Columns:
    first, last = lines
    within = f"where split = '{split}' and file_row_number between {first} and {last} order by file_row_number"
    return view.tables.query(f"select {', '.join(NEEDED)} from {told(view, view.tables.scan(decisions))} {within}")


def _key(said: Columns, base: int, texts: Sequence[Piece]) -> str:
    digest = hashlib.blake2b(f"{VERSION} {SOFTWARE}".encode(), digest_size=16)
    for piece in texts:
        digest.update(piece.file.sha256.encode())
    for name, column in said.items():
        digest.update(name.encode())
        _feed(digest, column, texts[0].start - base, texts[-1].end - base)
    return digest.hexdigest()


def _feed(digest: hashlib.blake2b, column: Column, start: int, end: int) -> None:
    """Take in some rows of a column: their values, and where each ends."""
    if isinstance(column, Varlen):
        bounds = column.offsets[start : end + 1]
        digest.update((bounds - bounds[0]).data)
        digest.update(column.data[bounds[0] : bounds[-1]].data)
    else:
        digest.update(np.ascontiguousarray(column[start:end]).view(np.uint8).data)


def _lots(tables: Tables, said: Columns, base: int, shard: _Shard) -> Iterator[Columns]:
    """Give the rows piece by piece: their texts as they were written, and what they say besides."""
    for piece in shard.texts:
        rows = np.arange(piece.start - base, piece.end - base)
        yield tables.read([piece.file], "text, sha256") | take(said, rows)


def _copy(path: Path, said: Columns, base: int, shard: _Shard, columns: Sequence[tuple[str, str]]) -> str:
    """Write one shard as Parquet, its texts copied as they are; gives its SHA-256."""
    start, end = shard.texts[0].start - base, shard.texts[-1].end - base
    with ParquetFile(path, columns) as file:
        file.add([_chunk(said, shard, name, start, end) for name, _ in columns])
    return file.sha256


def _chunk(said: Columns, shard: _Shard, name: str, start: int, end: int) -> Chunk | Sequence[Placed]:
    if name in said:
        return encode(part(said[name], start, end))
    return [piece.chunks[name] for piece in shard.texts]
