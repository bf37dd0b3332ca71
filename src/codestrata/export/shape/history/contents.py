"""Texts of history: blobs that no file of the snapshot has, as text, or why they are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from codestrata.git.objects import Objects
from codestrata.store.columns import Varlen

#: Bytes of texts that are read at once.
AT_ONCE = 64_000_000


class Contents:
    """Reads blobs of one repository; what is not asked for again is let go."""

    def __init__(self, git_dir: Path, most_bytes: int) -> None:
        self._objects = Objects(git_dir)
        self._most = most_bytes

    def sizes(self, blobs: Sequence[bytes]) -> dict[bytes, int]:
        """Give the bytes of each blob; -1 where it is not here."""
        every = sorted(set(blobs))
        if not every:
            return {}
        found = self._objects.sizes(Varlen.of(every, text=False).matrix(len(every[0])))
        return dict(zip(every, found.tolist(), strict=True))

    def groups(self, wanted: Sequence[Sequence[bytes]], sizes: Mapping[bytes, int]) -> Iterator[tuple[int, int]]:
        """Cut a list of which each asks for some blobs, so that what is read at once is bounded: begins and ends."""
        start = held = 0
        for i, blobs in enumerate(wanted):
            size = sum(sizes[blob] for blob in blobs)
            if held and held + size > AT_ONCE:
                yield start, i
                start, held = i, 0
            held += size
        if start < len(wanted):
            yield start, len(wanted)

    def texts(self, blobs: Sequence[bytes]) -> dict[bytes, str | None]:
        """Give each blob as text; None where it is not here, too large, or no UTF-8 without zeros."""
        every = sorted(set(blobs))
        found: dict[bytes, str | None] = dict.fromkeys(every)
        if every:
            ids = np.ascontiguousarray(Varlen.of(every, text=False).matrix(len(every[0])))
            for batch in self._objects.read(ids, max_size=self._most):
                for k, row in enumerate(batch.rows.tolist()):
                    found[every[row]] = _text(batch[k])
        return found


def _text(raw: bytes) -> str | None:
    if b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
