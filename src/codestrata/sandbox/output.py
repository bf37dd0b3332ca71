"""Output: what a command says, kept up to a limit, counted beyond it, and handed on as it comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

_TAIL = 4096


class Output:
    """Filled by one thread, read by another; the reader may come late, or never. ``tail`` is the last that came."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._chunks: list[bytes] = []
        self._kept = 0
        self._ended = False
        self._changed = threading.Condition()
        self.total = 0
        self.tail = b""

    def write(self, data: bytes) -> None:
        """Take more; what is over the limit is counted and dropped."""
        with self._changed:
            self.total += len(data)
            self.tail = (self.tail + data[-_TAIL:])[-_TAIL:]
            piece = data[: max(self._limit - self._kept, 0)]
            if piece:
                self._kept += len(piece)
                self._chunks.append(piece)
                self._changed.notify_all()

    def end(self) -> None:
        """Say that nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def read(self) -> Iterator[bytes]:
        """Give what was kept, from the first byte, until the end."""
        at = 0
        while True:
            with self._changed:
                while not self._ended and at == len(self._chunks):
                    self._changed.wait()
                fresh = self._chunks[at:]
                if not fresh:
                    return
            at += len(fresh)
            yield from fresh
