"""Kept files in pieces: of one repository each, cut where contents say so, with their texts and what is known of them.

A plan holds the rows of a few repositories at a time, a piece its own; texts are read when they are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import IO, Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.selection import table_file
from codestrata.export.private import kept_edits
from codestrata.export.redact import Edits
from codestrata.export.shape.base import NAME
from codestrata.export.shape.known import Known, known
from codestrata.export.text import moved, readable_paths
from codestrata.export.write.contents import Place, read_texts
from codestrata.export.write.layout import boundaries
from codestrata.git.objects import Objects
from codestrata.store.columns import Columns, Varlen, rows, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from codestrata.store.records import TableFile
    from codestrata.store.tables import Tables

#: Text of a piece aimed at, in bytes.
PIECE_BYTES = 16_000_000
#: What a piece holds of each kept file, from table decisions.
COLUMNS = (
    *("repository_id", "full_name", "commit", "path", "blob", "size", "encoding", "language", "lines", "tokens"),
    *("chars", "alnum", "test", "documentation", "licence", "licence_class", "split", "redactions"),
)
#: What rows have from their file as it is.
SAME = ("commit", "language", "licence", "licence_class", "split")
#: Rows of decisions that a plan holds at once, a repository at least.
_HELD = 200_000
_SELECT = ", ".join(f'"{name}"' for name in COLUMNS)


def plan(
    view: View,
    recipe: str,
    version: str,
    told: Mapping[str, Any],
    *,
    whole: bool = False,
    of_blobs: Mapping[str, str] | None = None,
    of_repository: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
    each: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> Iterator[Partition]:
    """Give one partition for each piece of the kept files; ``told`` is what else its rows depend on, as JSON.

    ``whole``: a repository is never cut. ``of_blobs``: tables with rows of blobs (definitions, imports, …) that
    :meth:`Piece.table` is to give, with the stage that makes them; ``of_repository``: the same for tables with a file
    for each repository (edges, modules, …); ``versions``: of the stages that make them, where it is not the newest.
    ``each`` gives what the rows of one repository depend on besides, by its id.
    """
    (file,) = view.planned("export.decide", "decisions")
    places = {s.repository_id: (s.git_dir, index) for index, s in enumerate(view.snapshots())}
    origins = {r.id: r.public_origin for r in view.repositories()}
    said = known(view, of_blobs or {}, of_repository or {}, versions or {})
    for kept in _repositories(view, file):
        owner = varlen(kept, "repository_id")[0].decode()
        also = {**told, **each(owner)}
        git_dir, index = places[owner]
        edits = kept_edits(view, kept)
        for start, end in [(0, rows(kept))] if whole else _cut(kept):
            piece = take(kept, np.arange(start, end))
            at = np.asarray(piece.pop("row"))
            own = edits.among(varlen(piece, "blob")) if edits.of else edits
            size = int(np.maximum(np.asarray(piece["size"]), 0).sum())
            yield Partition(
                NAME,
                version,
                {
                    "recipe": recipe,
                    "files": _digest(piece),
                    "origin": origins[owner],
                    **said.spec(index),
                    **own.told(),
                    **also,
                },
                title=f"{recipe} {varlen(piece, 'full_name')[0].decode()}",
                priority=float(size),
                weight=max(1, size // 1_000_000),
                hint={
                    "repository": owner,
                    "decisions": file.path,
                    "rows": [int(at[0]), int(at[-1])],
                    "git_dir": git_dir,
                    "tables": said.paths(index),
                    "edits": own.packed(),
                },
            )


def _repositories(view: View, file: TableFile) -> Iterator[Columns]:
    """Give the kept rows of each repository that has some, with their number as ``row``, in the dataset's order."""
    scan = view.tables.scan([file])
    edges = view.tables.query(f"""
        select min(file_row_number) as first, max(file_row_number) as last from {scan} where kept
        group by repository_id order by first""")
    firsts, lasts = np.asarray(edges["first"]).tolist(), np.asarray(edges["last"]).tolist()
    at = 0
    while at < len(firsts):
        end = next((i for i in range(at + 1, len(firsts)) if lasts[i] - firsts[at] >= _HELD), len(firsts))
        within = f"where kept and file_row_number between {firsts[at]} and {lasts[end - 1]} order by file_row_number"
        kept = view.tables.read([file], f"{_SELECT}, file_row_number as row", within)
        numbers = np.asarray(kept["row"])
        for one in range(at, end):
            yield take(kept, np.arange(*np.searchsorted(numbers, [firsts[one], lasts[one] + 1])))
        at = end


def _cut(kept: Columns) -> list[tuple[int, int]]:
    """Cut the rows of a repository where contents say so, if it is large."""
    ids = varlen(kept, "blob")
    last = ids.data[ids.offsets[1:] - 1].reshape(-1, 1)
    return boundaries(np.maximum(np.asarray(kept["size"]), 0), last, PIECE_BYTES)


def _digest(piece: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, column in sorted(piece.items()):
        digest.update(name.encode())
        for part in (column.offsets, column.data) if isinstance(column, Varlen) else (column,):
            digest.update(np.ascontiguousarray(part).view(np.uint8).data)
    return digest.hexdigest()


def _more(progress: Callable[[int], None], before: int, done: int) -> None:
    progress(before + done)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some kept files of one repository: ``files`` has COLUMNS, ``origin`` is its public origin."""

    files: Columns
    origin: str
    place: Place
    edits: Edits
    tables: Tables
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, partition: Partition, io: IO) -> Piece:
        """Read what a partition is about."""
        hint = partition.hint
        first, last = hint["rows"]
        within = f"where kept and file_row_number between {first} and {last} order by file_row_number"
        files = io.tables.read([table_file("decisions", hint["decisions"])], _SELECT, within)
        ids = varlen(files, "blob")
        place = Place(
            io.workspace / hint["git_dir"],
            ids.matrix(int(ids.offsets[1])),
            np.asarray(files["size"], np.int64),
            varlen(files, "encoding").strings(),
        )
        edits = Edits.unpack(hint.get("edits", {}))
        return cls(files, str(partition.spec["origin"]), place, edits, io.tables, hint.get("tables", {}))

    def __len__(self) -> int:
        """Count the files."""
        return len(self.place.sizes)

    def raw(self, progress: Callable[[int], None], which: Sequence[int] | None = None) -> list[bytes]:
        """Give texts as UTF-8, unedited: of all files, or of those named, in the order named.

        ``progress`` hears how many bytes were read.
        """
        place = self.place
        if which is not None:
            at = np.array(which, np.int64)
            place = Place(place.git_dir, place.ids[at], place.sizes[at], [place.encodings[i] for i in which])
        if not len(place.sizes):
            return []
        texts, _ = read_texts([place], progress)
        return [
            texts.body[a : a + n].tobytes() for a, n in zip(texts.places.tolist(), texts.lengths.tolist(), strict=True)
        ]

    def texts(self, progress: Callable[[int], None], which: Sequence[int] | None = None) -> list[bytes]:
        """Give texts as they are exported: UTF-8, edited; of all files, or of those named, in the order named."""
        blobs = varlen(self.files, "blob")
        asked = range(len(self)) if which is None else which
        return [self.edits.apply(blobs[i], text) for i, text in zip(asked, self.raw(progress, which), strict=True)]

    def batches(
        self, progress: Callable[[int], None], most: int = PIECE_BYTES
    ) -> Iterator[tuple[list[int], list[bytes]]]:
        """Give the texts as they are exported with their files' numbers, in order, about ``most`` bytes at a time."""
        sizes, start, done = np.maximum(self.place.sizes, 0).tolist(), 0, 0
        while start < len(sizes):
            end, held = start + 1, sizes[start]
            while end < len(sizes) and held + sizes[end] <= most:
                held += sizes[end]
                end += 1
            which = list(range(start, end))
            yield which, self.texts(partial(_more, progress, done), which)
            start, done = end, done + held

    def moved(self, which: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give where places in a file's bytes (as tables of syntax have them) are in its text as it is exported."""
        blob, encoding = varlen(self.files, "blob")[which], self.place.encodings[which]
        at = moved(places, encoding, lambda: Objects(self.place.git_dir).one(blob))
        return self.edits.moved(blob, at)

    def table(self, name: str, select: str = "*", tail: str = "", which: Sequence[int] | None = None) -> Columns:
        """Give rows of a table that the plan asked for: those of the piece's blobs, or all of its repository's.

        ``tail`` is SQL after the FROM clause; ``which``: only the blobs of these files. Without any file of the table
        there is no column.
        """
        paths = self.known.get(name, ())
        if not paths:
            return {}
        scan = self.tables.scan(list(paths))
        if name in self.known.get("of_repository", ()):
            return self.tables.query(f"select {select} from {scan} {tail}")
        blobs = varlen(self.files, "blob")
        asked: Columns = {"blob": blobs if which is None else blobs.take(np.array(which, np.int64))}
        return self.tables.query(
            f"select {select} from {scan} semi join (select distinct blob from asked) using (blob) {tail}", asked=asked
        )

    def common(self, which: Sequence[int], lines: Sequence[tuple[int, int]]) -> Columns:
        """Give the columns of COMMON for rows made of files ``which``, each from its first to its last line."""
        at = np.array(which, np.int64)
        same = take({name: self.files[name] for name in SAME}, at)
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


__all__ = ["COLUMNS", "PIECE_BYTES", "SAME", "Known", "Piece", "plan"]
