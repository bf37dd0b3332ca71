"""Edits of texts: which bytes of a blob's text are replaced, and by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes ``start`` to ``end`` of a text (UTF-8, as it is exported before any edit) give way to ``put``."""

    start: int
    end: int
    put: bytes


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits of blobs: object id → edits in rising order that do not overlap."""

    of: Mapping[bytes, Sequence[Edit]] = field(default_factory=dict)

    def apply(self, blob: bytes, text: bytes, start: int = 0, end: int | None = None) -> bytes:
        """Give a stretch of a blob's text, edited; of an edit that reaches into it its part is replaced."""
        stop = len(text) if end is None else end
        parts, at = [], start
        for edit in self.of.get(blob, ()):
            if edit.end <= at or edit.start >= stop:
                continue
            parts += [text[at : edit.start], edit.put]
            at = edit.end
        return b"".join([*parts, text[at:stop]])
