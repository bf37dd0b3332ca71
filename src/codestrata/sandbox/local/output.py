"""A command's output: read to its end, kept up to a limit, given to whoever asks as it comes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

_CHUNK = 1 << 18
_TAIL = 4096


class Output:
    """What was read of a pipe. One thread feeds it, any number read it."""

    def __init__(self, pipe: int, keep: int) -> None:
        self.pipe = pipe
        self.total = 0
        self.tail = b""
        self._keep = keep
        self._kept = bytearray()
        self._room = bytearray(_CHUNK)
        self._changed = threading.Condition()
        self._ended = False

    def feed(self) -> bool:
        """Read what there is; gives False at the end of the pipe. What is over the limit is counted and dropped."""
        try:
            got = os.readv(self.pipe, [self._room])
        except BlockingIOError:
            return True
        if not got:
            return False
        self.total += got
        self.tail = (self.tail + bytes(self._room[max(0, got - _TAIL) : got]))[-_TAIL:]
        if (wanted := self._keep - len(self._kept)) > 0:
            with self._changed:
                self._kept += self._room[: min(wanted, got)]
                self._changed.notify_all()
        return True

    def close(self) -> None:
        """Say that nothing more will come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        os.close(self.pipe)

    def chunks(self) -> Iterator[bytes]:
        """Give what is kept, from the beginning, as it comes."""
        at = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or len(self._kept) > at)  # noqa: B023 -- called at once
                piece = bytes(self._kept[at:])
            if not piece:
                return
            at += len(piece)
            yield piece

    @property
    def kept(self) -> bytes:
        """Give what is kept so far."""
        with self._changed:
            return bytes(self._kept)
