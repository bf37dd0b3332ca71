"""The work on one repository: its kept files put into order, and into rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.order.cut import cut
from codestrata.export.order.pack import Part, pack
from codestrata.export.order.reading import File, groups
from codestrata.export.order.words import Heading
from codestrata.export.shape.pieces import Piece
from codestrata.export.tokens.counter import Counter
from codestrata.store.rows import rows_of

#: What has definitions where structure was not made from syntax: stage → its table.
DEFINITIONS = {"analyze.outline": "outlined_definitions"}
#: Tokens that two texts may have more together than apart.
SEAM = 4
_BORDERS = "blob, start, doc_start, owner"


@dataclass(frozen=True)
class Ordering:
    """The work on one repository."""

    piece: Piece
    counts: Counter
    heading: Heading

    def rows(self) -> list[dict[str, int]]:
        """Give the rows of table **reading_order**."""
        sizes = (self.tokens + self._headings).tolist()
        rooms = (self._rooms + self._above(self._headings)).tolist()
        whole = [Part(i, 0, -1, n, room) for i, (n, room) in enumerate(zip(sizes, rooms, strict=True))]
        name = self._tokens([self.heading.repository])
        listed = [[whole[i] for i in group] for group in self._groups()]
        packed = self._packed(listed, self.heading.most - int(self._above(name)[0]))
        return [
            {"part": number, **self._row(part), "tokens": part.tokens + (int(name[0]) if part is parts[0] else 0)}
            for number, parts in enumerate(packed, 1)
            for part in parts
        ]

    def _packed(self, listed: Sequence[Sequence[Part]], most: int) -> list[list[Part]]:
        """Pack, and once more into smaller rows as long as a tokenizer finds one too long as a whole."""
        packed = pack(listed, most, self._cut)
        while self.counts.exact and (over := self._over(packed, most)) > 0:
            most -= over
            packed = pack(listed, most, self._cut)
        return packed

    def _over(self, packed: Sequence[Sequence[Part]], used: int) -> int:
        """Give by how many tokens the longest row is too long; looked at are rows that fill ``used`` nearly.

        Texts put together may have a token or two more than apart, at each seam. Where a path alone takes half of a
        row, smaller rows do not help.
        """
        most = self.heading.most
        full = [row for row in packed if sum(part.room + SEAM for part in row) > used - SEAM]
        helped = [row for row in full if max(int(self._headings[part.file]) for part in row) * 2 <= most]
        return max((self._length(row) - most for row in helped), default=0)

    def _length(self, row: Sequence[Part]) -> int:
        texts = self.piece.texts(lambda _: None, [part.file for part in row])
        whole = self.heading.repository
        for part, text in zip(row, texts, strict=True):
            whole += self.heading.file(part.file) + (text if part.end < 0 else text[part.start : part.end])
        return int(self._tokens([whole])[0])

    @cached_property
    def _rooms(self) -> NDArray[np.int64]:
        """Give the most tokens that each file may turn out to have, its heading left out."""
        size, chars = (np.asarray(self.piece.files[name], np.int64) for name in ("size", "chars"))
        return self.counts.rooms(self.tokens, self.languages, np.maximum(size - chars, 0))

    def _above(self, headings: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the same of headings."""
        return self.counts.rooms(headings, [""] * len(headings), np.zeros_like(headings))

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
        long = np.flatnonzero(self._rooms + self._headings > self.heading.most // 2).tolist()
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
        margin = max(1.0, int(self._rooms[file]) / max(1, int(self.tokens[file])))
        above = int(self._above(self._headings[[file]])[0])
        room = max(most - above, most // 2)  # a path may be longer than a row: that row is too long then
        parts = cut(text, int(room / margin), lambda some: self.counts.count(some, [language] * len(some)), good)
        self._lines[file] = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
        return [Part(file, start, end, n + heading, math.ceil(n * margin) + above) for start, end, n in parts]

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
