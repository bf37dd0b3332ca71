"""Edits of texts: which bytes of a blob's text are replaced, and by what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray


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

    def moved(self, blob: bytes, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give where places in a blob's text (bytes) are once it is edited; inside of an edit: where it ends."""
        edits = self.of.get(blob, ())
        if not edits:
            return places
        ends = np.array([edit.end for edit in edits], np.int64)
        more = np.cumsum([0, *(len(edit.put) - (edit.end - edit.start) for edit in edits)])
        inside = np.searchsorted(np.array([edit.start for edit in edits], np.int64), places, side="left") - 1
        within = (inside >= 0) & (places < ends[np.maximum(inside, 0)])
        at = np.where(within, ends[np.maximum(inside, 0)], places)
        return np.asarray(at + more[np.searchsorted(ends, at, side="right")], np.int64)

    def among(self, blobs: Iterable[bytes]) -> Edits:
        """Give those of some blobs, in the order of these."""
        return Edits({blob: self.of[blob] for blob in dict.fromkeys(blobs) if blob in self.of})

    def told(self) -> dict[str, str]:
        """Give what a partition's spec must say of them: nothing where there are none, else a digest."""
        if not self.of:
            return {}
        digest = hashlib.blake2b(digest_size=16)
        for blob, edits in sorted(self.of.items()):
            digest.update(b"%d %d %s\n" % (len(blob), len(edits), blob))
            for edit in edits:
                digest.update(b"%d %d %d %s\n" % (edit.start, edit.end, len(edit.put), edit.put))
        return {"edits": digest.hexdigest()}

    def packed(self) -> dict[str, list[list[int | str]]]:
        """Give them as JSON."""
        return {blob.hex(): [[e.start, e.end, e.put.decode()] for e in edits] for blob, edits in self.of.items()}

    @classmethod
    def unpack(cls, packed: Mapping[str, Sequence[Sequence[int | str]]]) -> Self:
        """Take them from JSON."""
        return cls(
            {
                bytes.fromhex(blob): [Edit(int(start), int(end), str(put).encode()) for start, end, put in edits]
                for blob, edits in packed.items()
            }
        )
