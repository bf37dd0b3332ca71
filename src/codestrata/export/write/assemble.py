"""Shards put together: texts copied as they were written, with what the rows say besides."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.limits import threads
from codestrata.export.checks import Checks, checks
from codestrata.export.write.rows import NEEDED, Source, say
from codestrata.export.write.schema import SAMPLES
from codestrata.export.write.texts import KEPT, cut
from codestrata.store.columns import Column, Columns, Varlen
from codestrata.store.parquet import Chunk, ParquetFile, Placed, encode, part
from codestrata.version import SOFTWARE

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile, Tables

#: Raise it when the same texts and decisions give other shards.
VERSION = "2"
#: Rows whose columns are in memory at once, about.
_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of table texts: the kept rows from start to end, and where its chunks lie."""

    start: int
    end: int
    chunks: Mapping[str, Placed]
    sha256: str


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard: where it is written, its texts, and a digest of all that its bytes depend on."""

    path: Path
    texts: Sequence[Piece]
    key: str


#: The shards of the dataset that stood here before: digest of what each depends on → file and its SHA-256.
Old = Mapping[str, tuple[Path, str]]


def assemble(view: View, folder: Path, old: Old) -> dict[str, tuple[str, str]]:
    """Write every shard as Parquet into ``folder``; gives file name → SHA-256 and key, in order.

    A shard that stands in the old dataset already is linked and not written again; a dataset without rows has one shard
    with none.
    """
    decisions, results = view.planned("export.decide", "decisions"), checks(view)
    listed, rows = _pieces(view, decisions)
    names = [folder / f"train-{n:05d}-of-{max(len(listed), 1):05d}.parquet" for n in range(max(len(listed), 1))]
    if not listed:
        with ParquetFile(names[0], columns_of(results)) as file:
            pass  # no row group
        return {names[0].name: (file.sha256, "")}
    sources = sources_of(view)
    made: dict[str, tuple[str, str]] = {}
    with ThreadPoolExecutor(threads(view.settings.engine)) as pool:
        for first, last in _blocks(listed):
            start, end = listed[first][0].start, listed[last - 1][-1].end
            said = say(_read(view.tables, decisions, int(rows[start]), int(rows[end - 1])), sources, results)
            shards = [Shard(names[n], listed[n], _key(said, start, listed[n])) for n in range(first, last)]
            columns = columns_of(results)
            hashes = pool.map(lambda s: _write(said, start, s, columns, old), shards)  # noqa: B023 -- used at once
            made |= {s.path.name: (h, s.key) for s, h in zip(shards, hashes, strict=True)}
    return made


def columns_of(results: Checks) -> tuple[tuple[str, str], ...]:
    """Give the columns of the samples, with their kinds: those of every dataset, and those of a pipeline."""
    return tuple((field.name, field.kind) for field in (*SAMPLES, *results.fields()))


def sources_of(view: View) -> dict[str, Source]:
    """Give what samples say of each repository, by its id."""
    return {r.id: Source(r.public_origin, r.stars, r.forks) for r in view.repositories()}


def _pieces(view: View, decisions: Sequence[TableFile]) -> tuple[list[list[Piece]], NDArray[np.int64]]:
    """List the texts of every shard, and the kept rows' places in the (one) file of decisions.

    The plan of ``export.texts`` cut the same rows the same way.
    """
    kept = view.tables.read(decisions, "blob, size, file_row_number as row", KEPT)
    if not kept:
        return [], np.zeros(0, np.int64)
    files, results = view.planned("export.texts", "texts"), view.results("export.texts")
    texts = iter(zip(files, results, strict=True))
    shards = cut(kept, view.settings.export.write.shard_mb)
    pieces = [[_piece(view.tables.root, start, end, *next(texts)) for start, end in shard] for shard in shards]
    return pieces, np.asarray(kept["row"])


def _piece(root: Path, start: int, end: int, file: TableFile, result: Mapping[str, Any]) -> Piece:
    chunks = {
        name: Placed(Chunk(c["rows"], c["plain"], c["length"], c["values"]), root / file.path, c["offset"])
        for name, c in result["chunks"].items()
    }
    return Piece(start, end, chunks, file.sha256)


def _blocks(shards: Sequence[Sequence[Piece]]) -> Iterator[tuple[int, int]]:
    """Take shards together until they have rows enough: half-open ranges of shards."""
    first = 0
    for n, shard in enumerate(shards):
        if shard[-1].end - shards[first][0].start >= _ROWS:
            yield first, n + 1
            first = n + 1
    if first < len(shards):
        yield first, len(shards)


def _read(tables: Tables, decisions: Sequence[TableFile], first: int, last: int) -> Columns:
    within = f"where kept and file_row_number between {first} and {last} order by file_row_number"
    return tables.read(decisions, ", ".join(NEEDED), within)


def _key(said: Columns, base: int, texts: Sequence[Piece]) -> str:
    digest = hashlib.blake2b(f"{VERSION} {SOFTWARE}".encode(), digest_size=16)
    for piece in texts:
        digest.update(piece.sha256.encode())
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


def _write(said: Columns, base: int, shard: Shard, columns: Sequence[tuple[str, str]], old: Old) -> str:
    """Write one shard, or link the one that is there already; gives its SHA-256."""
    if shard.key in old:
        path, digest = old[shard.key]
        try:
            os.link(path, shard.path)
        except OSError:  # not every file system can
            shutil.copyfile(path, shard.path)
        return digest
    start, end = shard.texts[0].start - base, shard.texts[-1].end - base
    with ParquetFile(shard.path, columns) as file:
        file.add([_chunk(said, shard, name, start, end) for name, _ in columns])
    return file.sha256


def _chunk(said: Columns, shard: Shard, name: str, start: int, end: int) -> Chunk | Sequence[Placed]:
    if name in said:
        return encode(part(said[name], start, end))
    return [piece.chunks[name] for piece in shard.texts]
