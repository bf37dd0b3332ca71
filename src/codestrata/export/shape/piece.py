"""Some kept files of one repository, with their texts and what is known of them; texts are read when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import IO, Partition
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.selection import table_file
from codestrata.export.redact import Edits
from codestrata.export.text import moved, readable_paths
from codestrata.export.write.contents import Place, read_texts
from codestrata.git.objects import Objects
from codestrata.model.paths import lines
from codestrata.store.columns import Columns, Varlen, take

if TYPE_CHECKING:
    from collections.abc import Callable

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
SELECT = ", ".join(f'"{name}"' for name in COLUMNS)


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
        files = io.tables.read([table_file("decisions", hint["decisions"])], SELECT, within)
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

    def common(self, which: Sequence[int], ranges: Sequence[tuple[int, int]]) -> Columns:
        """Give the columns of COMMON for rows made of files ``which``, each from its first to its last line."""
        at = np.array(which, np.int64)
        same = take({name: self.files[name] for name in SAME}, at)
        names, commits = varlen(self.files, "full_name").take(at), varlen(same, "commit")
        paths = readable_paths(varlen(self.files, "path").take(at))
        each = zip(names.strings(), commits.strings(), paths.strings(), ranges, strict=True)
        return {
            "source": Varlen.of([f"{n}@{c}:{p}{lines(*pair)}" for n, c, p, pair in each]),
            "repository": names,
            "origin": Varlen.of([self.origin] * len(at)),
            "path": paths,
            **same,
        }
