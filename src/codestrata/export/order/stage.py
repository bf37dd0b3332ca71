"""The ``export.order`` stage: the kept files of a repository → in which order they are read, and what shares a row.

Only for recipe repo. Nothing is read but tables, and the files that are too long for a row. What depends on this are
the rows of ``export.shape``, piece by piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.decide.columns import varlen
from codestrata.export.order.cut import cut
from codestrata.export.order.pack import Part, pack
from codestrata.export.order.reading import File, groups
from codestrata.export.order.schema import READING_ORDER
from codestrata.export.order.words import Heading, told
from codestrata.export.shape import pieces
from codestrata.export.shape.pieces import Piece
from codestrata.export.tokens import stage as tokens
from codestrata.export.tokens.counter import Counter, counter, digest_of
from codestrata.store.columns import Columns, column
from codestrata.store.rows import rows_of

NAME = "export.order"
#: Raise it when the same files may be read in another order, or cut elsewhere.
VERSION = "2"
TABLE = "reading_order"
_BORDERS = "blob, start, doc_start, owner"
STRUCTURE, SYNTAX = "analyze.structure", "analyze.syntax"
#: What has definitions where structure was not made from syntax: stage → its table.
DEFINITIONS = {"analyze.outline": "outlined_definitions"}


class Orders:
    """Kept decisions, edges, definitions → table **reading_order**, one file per repository."""

    name = NAME
    verb = "export"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each repository. Raises InvalidInput where its imports were never read."""
        settings = view.settings.export
        if settings.recipe != "repo" or not view.planned("export.decide", "decisions"):
            return
        path = settings.tokens.tokenizer
        digest = digest_of(path)
        read = next((str(one["read"]) for one in view.results(STRUCTURE) if "read" in one), SYNTAX)
        counts = {"token_counts": tokens.NAME} if path else {}
        versions = {"token_counts": tokens.version(digest)} if path else {}
        for one in pieces.plan(
            view,
            "repo",
            VERSION,
            {"repo": told(settings.repo), "tokenizer": digest},
            whole=True,
            of_blobs={DEFINITIONS.get(read, "definitions"): read, **counts},
            of_repository={"edges": STRUCTURE},
            versions=versions,
        ):
            if not one.hint["tables"]["edges"]:
                hint = "strata run reads them, and so does strata analyze with export.recipe set to repo"
                raise InvalidInput("recipe repo needs imports, and nobody has read them", where=one.title, hint=hint)
            files = one.hint["rows"][1] - one.hint["rows"][0] + 1
            yield replace(one, stage=NAME, subject=one.hint["repository"], weight=files, hint=_with(one, path))

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Put the files into order and into rows."""
        spec = partition.spec
        piece = Piece.of(partition, io)
        counts = counter(partition.hint["tokenizer"], spec["tokenizer"])
        work = Ordering(piece, counts, Heading.of(spec["repo"], piece))
        made = work.rows()
        io.progress(partition.weight)
        columns: Columns = {f.name: column([row[f.name] for row in made], f.kind) for f in READING_ORDER}
        rows = max((row["part"] for row in made), default=0)
        result = {"repository": partition.subject, "rows": rows, "collisions": len(work.collisions)}
        return Outcome({TABLE: columns}, result=result, counts={"files": len(piece), "rows": rows})


def _with(partition: Partition, tokenizer: str) -> dict[str, Any]:
    return {**partition.hint, "tokenizer": tokenizer}


@dataclass(frozen=True)
class Ordering:
    """The work on one repository."""

    piece: Piece
    counts: Counter
    heading: Heading

    def rows(self) -> list[dict[str, int]]:
        """Give the rows of table **reading_order**."""
        sizes = self.tokens + self._headings
        whole = [Part(i, 0, -1, int(n)) for i, n in enumerate(sizes.tolist())]
        name = int(self._tokens([self.heading.repository])[0])
        listed = [[whole[i] for i in group] for group in self._groups()]
        packed = pack(listed, self.heading.most - name, self._cut)
        return [
            {"part": number, **self._row(part), "tokens": part.tokens + (name if part is parts[0] else 0)}
            for number, parts in enumerate(packed, 1)
            for part in parts
        ]

    @cached_property
    def paths(self) -> list[bytes]:
        """Give the paths of the files, as bytes."""
        return list(varlen(self.piece.files, "path"))

    @cached_property
    def languages(self) -> list[str]:
        """Give the files' languages."""
        return varlen(self.piece.files, "language").strings()

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """Give the tokens of each file as it is exported: as its content is known to have; an edited one is counted."""
        files, blobs = self.piece.files, list(varlen(self.piece.files, "blob"))
        known = self.piece.table("token_counts", "blob, encoding, tokens")
        if known:
            found = {(row["blob"], row["encoding"]): row["tokens"] for row in rows_of(known)}
            keys = zip(blobs, varlen(files, "encoding").strings(), strict=True)
            counted = np.array([found[key] for key in keys], np.int64)
        else:
            counted = np.asarray(files["tokens"], np.int64).copy()
        for i in (i for i, blob in enumerate(blobs) if blob in self.piece.edits.of):
            counted[i] = self.counts.count(self.piece.texts(lambda _: None, [i]), [self.languages[i]])[0]
        return counted

    @cached_property
    def _headings(self) -> NDArray[np.int64]:
        return self._tokens([self.heading.file(i) for i in range(len(self.piece))])

    def _tokens(self, texts: Sequence[bytes]) -> NDArray[np.int64]:
        return self.counts.count(texts, [""] * len(texts))

    def _groups(self) -> list[list[int]]:
        number = {path: i for i, path in enumerate(self.paths)}
        needs: dict[int, set[int]] = defaultdict(set)
        for row in rows_of(self.piece.table("edges", "distinct path, target", "where target <> '' order by all")):
            if row["path"] in number and row["target"] in number:
                needs[number[row["path"]]].add(number[row["target"]])
        tests = np.asarray(self.piece.files["test"]).tolist()
        files = [File(*one) for one in zip(self.paths, tests, self.languages, strict=True)]
        left_out = self.collisions
        found = ([i for i in group if i not in left_out] for group in groups(files, needs))
        return [group for group in found if group]

    @cached_property
    def collisions(self) -> frozenset[int]:
        """Give the files that have one of the words in their text: a model would take it for the word itself."""
        words = self.heading.words
        return frozenset(
            i
            for which, texts in self.piece.batches(lambda _: None)
            for i, text in zip(which, texts, strict=True)
            if any(word in text for word in words)
        )

    @cached_property
    def _definitions(self) -> Mapping[bytes, Mapping[int, int]]:
        """Give, for each blob too long for a row, where definitions begin, with their documentation → how deep."""
        long = np.flatnonzero(self.tokens + self._headings > self.heading.most // 2).tolist()
        table = next((name for name in DEFINITIONS.values() if name in self.piece.known), "definitions")
        found: dict[bytes, dict[int, int]] = defaultdict(dict)
        for row in rows_of(self.piece.table(table, _BORDERS, "order by all", long)):
            first = row["doc_start"] if 0 <= row["doc_start"] < row["start"] else row["start"]
            depth = len(row["owner"].split(".")) if row["owner"] else 0
            found[row["blob"]][first] = min(depth, found[row["blob"]].get(first, depth))
        return found

    def _cut(self, file: int, most: int) -> list[Part]:
        (text,) = self.piece.texts(lambda _: None, [file])
        begins = self._definitions.get(varlen(self.piece.files, "blob")[file], {})
        places = self.piece.moved(file, np.array(list(begins), np.int64)).tolist()
        good: dict[int, int] = {}
        for at, depth in zip(places, begins.values(), strict=True):
            line = text.rfind(b"\n", 0, at) + 1
            good[line] = min(depth, good.get(line, depth))
        heading, language = int(self._headings[file]), self.languages[file]
        room = max(most - heading, most // 2)  # a path may be longer than a row: that row is too long then
        parts = cut(text, room, lambda some: self.counts.count(some, [language] * len(some)), good)
        self._lines[file] = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
        return [Part(file, start, end, tokens + heading) for start, end, tokens in parts]

    @cached_property
    def _lines(self) -> dict[int, NDArray[np.int64]]:
        return {}

    def _row(self, part: Part) -> dict[str, int]:
        if part.end < 0:
            line, last = 1, max(1, int(np.asarray(self.piece.files["lines"])[part.file]))
        else:
            breaks = self._lines[part.file]
            line = int(np.searchsorted(breaks, part.start)) + 1
            last = int(np.searchsorted(breaks, max(part.end - 1, part.start))) + 1
        return {
            "file": part.file,
            "start": part.start,
            "end": part.end,
            "line": line,
            "last_line": last,
        }
