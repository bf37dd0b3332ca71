"""The text of a kept file, cut by the places that trees name: bytes of the blob, edited where texts are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codestrata.export.decide.columns import varlen
from codestrata.export.redact import Edits

if TYPE_CHECKING:
    from codestrata.export.shape.pieces import Piece

#: Encodings whose text has the places that trees name, and bytes before it: those of a byte order mark.
SHIFT = {"ascii": 0, "utf-8": 0, "utf-8-bom": 3}


@dataclass(frozen=True, slots=True)
class Source:
    """A kept file: which of the piece's it is, its blob, its text as UTF-8, and the edits of texts.

    ``shift``: bytes that the blob has before the text, its byte order mark.
    """

    file: int
    blob: bytes
    text: bytes
    shift: int
    edits: Edits

    def cut(self, start: int, end: int) -> str:
        """Give a stretch of the blob as it is exported."""
        return self.edits.apply(self.blob, self.text, start - self.shift, end - self.shift).decode("utf-8", "replace")

    def line_start(self, at: int) -> int:
        """Give where the line of a byte of the blob begins."""
        return self.text.rfind(b"\n", 0, at - self.shift) + 1 + self.shift

    def line_end(self, at: int) -> int:
        """Give where the line of a byte of the blob ends, behind its line's end."""
        found = self.text.find(b"\n", at - self.shift)
        return (len(self.text) if found < 0 else found + 1) + self.shift

    def lines(self, first: int, last: int) -> tuple[int, int]:
        """Give the bytes of lines, from 1; of lines that are not there nothing."""
        at = self.shift
        for _ in range(first - 1):
            at = self.line_end(at)
        end = at
        for _ in range(last - first + 1):
            end = self.line_end(end)
        return at, end


def sources(piece: Piece, which: Sequence[int], progress: Callable[[int], None]) -> Iterator[Source]:
    """Read some files of a piece, those whose encoding has the places that trees name, in their order."""
    encodings, blobs = varlen(piece.files, "encoding").strings(), varlen(piece.files, "blob")
    placed = [i for i in which if encodings[i] in SHIFT]
    for i, text in zip(placed, piece.raw(progress, placed), strict=True):
        yield Source(i, blobs[i], text, SHIFT[encodings[i]], piece.edits)
