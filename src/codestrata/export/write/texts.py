"""The ``export.texts`` stage: the texts of kept rows, encoded and compressed piece by piece.

A piece's key is the hash of its blobs, so a text is read, hashed and compressed once, whatever repositories,
commits and shards it later appears in. Publishing copies the chunks into shards and adds what the rows say besides.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.private import kept_edits
from codestrata.export.redact import Edits
from codestrata.export.write.contents import Place, read_texts
from codestrata.export.write.layout import pieces
from codestrata.export.write.schema import TEXTS
from codestrata.store.columns import Columns, Varlen, take
from codestrata.store.parquet import Chunk, ParquetFile, encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "export.texts"
#: Raise it when the texts of the same blobs, or how they are written, change.
VERSION = "1"
_COLUMNS = tuple((field.name, field.kind) for field in TEXTS)
#: Text per piece aimed at, in bytes; a small commit makes one or two of them anew.
PIECE_BYTES = 32_000_000
_NEEDED = "repository_id, blob, size, encoding, split, redactions"
#: The kept rows split by split, each in dataset order; every cut of them is made from this.
KEPT = "where kept order by case split when 'train' then 0 when 'validation' then 1 else 2 end, file_row_number"


class Texts:
    """Kept decisions → table **texts**, one file per piece, in dataset order."""

    name = NAME
    verb = "export"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per piece; where two hold the same blobs each has a number of its own."""
        files = view.planned("export.decide", "decisions")
        if not files or view.settings.export.recipe != "pretrain":
            return
        kept = view.tables.read(files, _NEEDED, KEPT)
        folders = {s.repository_id: s.git_dir for s in view.snapshots()}
        shards = cut(kept, view.settings.export.write.shard_mb)
        edits = kept_edits(view, kept) if kept else Edits()
        seen: Counter[str] = Counter()
        for number, (start, end) in enumerate(chain.from_iterable(shard for _, shard in shards)):
            part = take(kept, np.arange(start, end))
            digest, own = _digest(part), edits.among(varlen(part, "blob")) if edits.of else edits
            yield Partition(
                NAME,
                VERSION,
                {"rows": digest, "copy": seen[digest], **own.told()},
                title=f"texts {number}",
                priority=float(np.asarray(part["size"]).sum()),  # long ones first: nobody waits for the last one
                weight=max(1, int(np.asarray(part["size"]).sum()) // 1_000_000),
                hint={"places": list(_places(part, folders)), "edits": own.packed()},
            )
            seen[digest] += 1

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the blobs; write their texts and hashes."""
        edits = Edits.unpack(partition.hint.get("edits", {}))
        places = [_unpack(place, io.workspace) for place in partition.hint["places"]]
        texts, digests = read_texts(places, lambda done: io.progress(done // 1_000_000), edits)
        chunks = [encode(texts), encode(digests)]
        with ParquetFile(io.scratch / "texts", _COLUMNS) as file:
            offsets = file.add(chunks)
        told = {
            name: {**_shape(chunk), "offset": offset}
            for (name, _), chunk, offset in zip(_COLUMNS, chunks, offsets, strict=True)
        }
        size = int(texts.lengths.sum())
        return Outcome(
            files={"texts": file}, result={"rows": len(texts), "bytes": size, "chunks": told}, counts={"bytes": size}
        )


def cut(kept: Columns, shard_mb: int) -> list[tuple[str, list[tuple[int, int]]]]:
    """Cut the kept rows into shards of pieces: the split of each shard, and its pieces as half-open row ranges."""
    sizes = np.maximum(np.asarray(kept["size"], np.int64), 0)
    last, splits = _last_bytes(varlen(kept, "blob")), Coded.of(varlen(kept, "split"))
    edges = [0, *(np.flatnonzero(np.diff(splits.codes)) + 1).tolist(), len(sizes)]
    return [
        (splits.words[splits.codes[first]], [(first + a, first + b) for a, b in shard])
        for first, end in pairwise(edges)
        for shard in pieces(sizes[first:end], last[first:end], shard_mb * 1_000_000, PIECE_BYTES)
    ]


def _last_bytes(blobs: Varlen) -> NDArray[np.uint8]:
    return blobs.data[np.maximum(blobs.offsets[1:] - 1, 0)].reshape(-1, 1)


def _shape(chunk: Chunk) -> dict[str, int]:
    shape = asdict(chunk)
    return {name: shape[name] for name in ("rows", "plain", "length", "values")}


def _digest(part: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for column in (varlen(part, "blob"), varlen(part, "encoding")):
        digest.update(column.offsets.tobytes() + column.data.tobytes())
    return digest.hexdigest()


def _places(part: Columns, folders: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Say where the blobs of consecutive rows of one repository lie."""
    whose = Coded.of(varlen(part, "repository_id"))
    ends = np.flatnonzero(np.diff(whose.codes, append=-1)) + 1
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        rows = take(part, np.arange(start, end))
        encodings = Coded.of(varlen(rows, "encoding"))
        yield {
            "git_dir": folders[whose.words[whose.codes[start]]],
            "ids": base64.b64encode(varlen(rows, "blob").data.tobytes()).decode(),
            "sizes": np.asarray(rows["size"]).tolist(),
            "encodings": encodings.words,
            "encoding": encodings.codes.tolist() if len(encodings.words) > 1 else 0,
        }


def _unpack(place: Mapping[str, Any], workspace: Path) -> Place:
    sizes: Sequence[int] = place["sizes"]
    codes = np.broadcast_to(np.array(place["encoding"], np.int64), len(sizes))
    encodings = [place["encodings"][code] for code in codes.tolist()]
    ids = np.frombuffer(base64.b64decode(place["ids"]), np.uint8).reshape(len(sizes), -1)
    return Place(workspace / place["git_dir"], ids, np.array(sizes, np.int64), encodings)
