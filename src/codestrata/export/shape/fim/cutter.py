"""The work on a piece: every file, or chunk of one, becomes a row."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.shape.fim.cutting import Chance, Node, anywhere, around, chunks, whole
from codestrata.export.shape.fim.words import Words
from codestrata.export.shape.pieces import Piece
from codestrata.export.tokens.counter import Counter
from codestrata.store.columns import Columns, Varlen, concat

#: What gives nodes that may be middles: the table, and the stage that makes it.
CUTS, STAGE = "cuts", "analyze.cuts"
#: A text of fewer bytes is not cut.
_LEAST = 2
#: Bytes of text that are worked on at once.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: of which file, from which line to which, and its parts; ``cut`` and ``uncut`` as in the schema."""

    file: int
    lines: tuple[int, int]
    order: str
    prefix: bytes
    middle: bytes = b""
    suffix: bytes = b""
    cut: str = ""
    uncut: str = ""


@dataclass(frozen=True)
class Cutter:
    """Cuts the files of a piece as the settings say (export.fim, as JSON)."""

    piece: Piece
    settings: Mapping[str, Any]
    counts: Counter

    def table(self, progress: Callable[[int], None]) -> Columns:
        """Give the rows of all files, in order."""
        made = [self._batch(which, texts) for which, texts in self.piece.batches(progress, _AT_ONCE)]
        return concat(made) if made else self._columns([])

    def _batch(self, which: Sequence[int], texts: Sequence[bytes]) -> Columns:
        return self._columns([row for i, text in zip(which, texts, strict=True) for row in self._rows(i, text)])

    def _columns(self, rows: Sequence[Row]) -> Columns:
        texts = [self._text(row) for row in rows]
        names = ("prefix", "middle", "suffix", "order", "cut", "uncut")
        parts = {name: Varlen.of([getattr(row, name) for row in rows]) for name in names}
        common = self.piece.common([row.file for row in rows], [row.lines for row in rows])
        languages = varlen(common, "language").strings()
        tokens = self.counts.count(texts, languages)
        return {**common, **parts, "text": Varlen.of(texts), "tokens": tokens}

    def _text(self, row: Row) -> bytes:
        if row.order == "none":
            return row.prefix
        write = self._words.psm if row.order == "psm" else self._words.spm
        return write(row.prefix, row.middle, row.suffix)

    @cached_property
    def _words(self) -> Words:
        return Words.of(self.settings)

    @cached_property
    def _met(self) -> tuple[bytes, ...]:
        return tuple(word.encode() for word in self._words.all)

    def _rows(self, file: int, text: bytes) -> Iterator[Row]:
        blob = varlen(self.piece.files, "blob")[file]
        seed = int(self.settings["seed"]).to_bytes(8, "little", signed=True)
        line = 1
        for number, (start, end) in enumerate(chunks(text, self.settings["chunk"])):
            body = text[start:end]
            last = line + body.count(b"\n") - body.endswith(b"\n")
            lines = (line, max(last, line))
            line = last + body.endswith(b"\n")
            if any(word in body for word in self._met):
                if self.settings["collisions"] == "whole":
                    yield Row(file, lines, "none", body, uncut="word")
                continue
            chance = Chance(blob, seed, number.to_bytes(8, "little"))
            yield self._row(file, lines, (start, body), chance)

    def _row(self, file: int, lines: tuple[int, int], part: tuple[int, bytes], chance: Chance) -> Row:
        start, body = part
        luck, order = chance.next(), "spm" if chance.next() < self.settings["spm"] else "psm"
        if luck >= self.settings["rate"] or len(body) < _LEAST:
            why = "chance" if luck >= self.settings["rate"] else "short"
            return Row(file, lines, "none", body, uncut=why)
        node = around(self._nodes(file, start, start + len(body)), self.settings["kinds"], chance)
        low, high = (whole(body, at - start) for at in (node.start, node.end)) if node else anywhere(body, chance)
        return Row(file, lines, order, body[:low], body[low:high], body[high:], cut=node.kind if node else "character")

    def _nodes(self, file: int, start: int, end: int) -> list[Node]:
        """Give the nodes of a file that lie inside a stretch of its text and are not all of it."""
        if self.settings["cut"] != "syntax":
            return []
        if file not in self._found:
            self._found.clear()  # one file after the other: of one at a time
            self._found[file] = self._read(file)
        inside = (node for node in self._found[file] if start <= node.start < node.end <= end)
        return [node for node in inside if node.end - node.start < end - start]

    @cached_property
    def _found(self) -> dict[int, list[Node]]:
        return {}

    def _read(self, file: int) -> list[Node]:
        key = varlen(self.piece.files, "blob")[file], varlen(self.piece.files, "language")[file].decode()
        kinds, places = self._known.get(key, ([], np.zeros((0, 2), np.int64)))
        moved = self.piece.moved(file, places.reshape(-1)).reshape(-1, 2).tolist()
        return [Node(start, end, kind) for kind, (start, end) in zip(kinds, moved, strict=True)]

    @cached_property
    def _known(self) -> dict[tuple[bytes, str], tuple[list[str], NDArray[np.int64]]]:
        """Give the nodes of each blob and language: their kinds, and where they begin and end."""
        table = self.piece.table(CUTS, 'blob, language, kind, start, "end"', "order by blob, language, start, kind")
        if not table or not len(table["start"]):
            return {}
        blobs, languages = list(varlen(table, "blob")), varlen(table, "language").strings()
        kinds = varlen(table, "kind").strings()
        places = np.stack([np.asarray(table["start"]), np.asarray(table["end"])], axis=1)
        keys = list(zip(blobs, languages, strict=True))
        edges = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
        return {keys[a]: (kinds[a:b], places[a:b]) for a, b in itertools.pairwise(edges)}
