"""Kept files in pieces: of one repository each, cut where contents say so, with their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.engine.base import IO, Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.selection import table_file
from codestrata.export.private import kept_edits
from codestrata.export.redact import Edits
from codestrata.export.shape.base import NAME
from codestrata.export.text import readable_paths
from codestrata.export.write.contents import Place, read_texts
from codestrata.export.write.layout import boundaries
from codestrata.store.columns import Column, Columns, Varlen, take

if TYPE_CHECKING:
    from collections.abc import Callable

#: Text of a piece aimed at, in bytes.
PIECE_BYTES = 16_000_000
#: What a piece holds of each kept file, from table decisions.
COLUMNS = (
    *("repository_id", "full_name", "commit", "path", "blob", "size", "encoding", "language", "lines", "tokens"),
    *("test", "documentation", "licence", "licence_class", "split", "redactions"),
)
#: What rows have from their file as it is.
_SAME = ("commit", "language", "licence", "licence_class", "split")
_SELECT = ", ".join(f'"{name}"' for name in COLUMNS)


def plan(view: View, recipe: str, version: str, told: Mapping[str, Any], *, whole: bool = False) -> Iterator[Partition]:
    """Give one partition for each piece of the kept files; ``told`` is what else its rows depend on, as JSON.

    ``whole``: a repository is never cut.
    """
    (file,) = view.planned("export.decide", "decisions")
    kept = view.tables.read([file], f"{_SELECT}, file_row_number as row", "where kept order by file_row_number")
    if not kept:
        return
    homes = {s.repository_id: s.git_dir for s in view.snapshots()}
    origins = {r.id: r.public_origin for r in view.repositories()}
    edits = kept_edits(view, kept)
    for start, end in _cut(kept, whole=whole):
        piece = take(kept, np.arange(start, end))
        rows = np.asarray(piece.pop("row"))
        own = edits.among(varlen(piece, "blob")) if edits.of else edits
        owner = varlen(piece, "repository_id")[0].decode()
        size = int(np.maximum(np.asarray(piece["size"]), 0).sum())
        yield Partition(
            NAME,
            version,
            {"recipe": recipe, "files": _digest(piece), "origin": origins[owner], **own.told(), **told},
            title=f"{recipe} {varlen(piece, 'full_name')[0].decode()}",
            priority=float(size),
            weight=max(1, size // 1_000_000),
            hint={
                "decisions": file.path,
                "rows": [int(rows[0]), int(rows[-1])],
                "git_dir": homes[owner],
                "edits": own.packed(),
            },
        )


def _cut(kept: Columns, *, whole: bool) -> Iterator[tuple[int, int]]:
    """Cut rows where the repository changes, and large repositories where contents say so."""
    owners, sizes = varlen(kept, "repository_id").strings(), np.maximum(np.asarray(kept["size"]), 0)
    ids = varlen(kept, "blob")
    last = ids.data[ids.offsets[1:] - 1].reshape(-1, 1)
    edges = [0, *(i for i in range(1, len(owners)) if owners[i] != owners[i - 1]), len(owners)]
    for first, end in pairwise(edges):
        if whole:
            yield first, end
        else:
            yield from ((first + a, first + b) for a, b in boundaries(sizes[first:end], last[first:end], PIECE_BYTES))


def _digest(piece: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, column in sorted(piece.items()):
        digest.update(name.encode())
        for part in (column.offsets, column.data) if isinstance(column, Varlen) else (column,):
            digest.update(np.ascontiguousarray(part).view(np.uint8).data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some kept files of one repository: ``files`` has COLUMNS, ``origin`` is its public origin."""

    files: Columns
    origin: str
    place: Place
    edits: Edits

    @classmethod
    def of(cls, partition: Partition, io: IO) -> Piece:
        """Read what a partition is about."""
        first, last = partition.hint["rows"]
        within = f"where kept and file_row_number between {first} and {last} order by file_row_number"
        files = io.tables.read([table_file("decisions", partition.hint["decisions"])], _SELECT, within)
        ids = varlen(files, "blob")
        place = Place(
            io.workspace / partition.hint["git_dir"],
            ids.matrix(int(ids.offsets[1])),
            np.asarray(files["size"], np.int64),
            varlen(files, "encoding").strings(),
        )
        return cls(files, str(partition.spec["origin"]), place, Edits.unpack(partition.hint.get("edits", {})))

    def raw(self, progress: Callable[[int], None]) -> list[bytes]:
        """Give the files' texts as UTF-8, unedited, in order; ``progress`` hears how many bytes were read."""
        texts, _ = read_texts([self.place], progress)
        return [
            texts.body[a : a + n].tobytes() for a, n in zip(texts.places.tolist(), texts.lengths.tolist(), strict=True)
        ]

    def texts(self, progress: Callable[[int], None]) -> list[bytes]:
        """Give the files' texts as they are exported: UTF-8, edited."""
        blobs = varlen(self.files, "blob")
        return [self.edits.apply(blobs[i], text) for i, text in enumerate(self.raw(progress))]

    def common(self, which: Sequence[int], lines: Sequence[tuple[int, int]]) -> Columns:
        """Give the columns of COMMON for rows made of files ``which``, each from its first to its last line."""
        at = np.array(which, np.int64)
        same = {name: _take(self.files[name], at) for name in _SAME}
        names, commits = varlen(self.files, "full_name").take(at), varlen(same, "commit")
        paths = readable_paths(varlen(self.files, "path").take(at))
        each = zip(names.strings(), commits.strings(), paths.strings(), lines, strict=True)
        return {
            "source": Varlen.of([f"{n}@{c}:{p}#L{a}-L{b}" for n, c, p, (a, b) in each]),
            "repository": names,
            "origin": Varlen.of([self.origin] * len(at)),
            "path": paths,
            **same,
        }


def _take(column: Column, at: Any) -> Column:
    return take({"_": column}, at)["_"]
