"""Interrupts: SIGINT and SIGTERM mean "stop, and leave everything in order"."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from codestrata.errors import Terminated

_NUMBERS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Counts SIGINT and SIGTERM in the main thread, and nothing elsewhere. ``fd`` becomes readable with one."""

    def __init__(self) -> None:
        self.count = 0
        self.fd, self._write = os.pipe()
        self._first = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        """Take the signals over."""
        if _in_main_thread():
            for number in _NUMBERS:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self.fd)
        os.close(self._write)

    def heard(self) -> None:
        """Have ``fd`` become readable with the next one only."""
        if self.count:
            os.read(self.fd, 64)

    @property
    def error(self) -> KeyboardInterrupt:
        """Give what the first of them raises where nobody counts."""
        return Terminated() if self._first == signal.SIGTERM else KeyboardInterrupt()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._first = self._first or number
        self.count += 1
        os.write(self._write, b"!")


@contextmanager
def terminable(stop: threading.Event | None = None) -> Iterator[None]:
    """Let SIGTERM raise Terminated, as SIGINT raises KeyboardInterrupt.

    With ``stop``, the first of them sets it and raises nothing: whoever works looks at it, and is given the time to end
    in order; the second raises. When the block ends in order after the first, it is raised then.
    """
    if not _in_main_thread():
        yield
        return
    first: list[int] = []

    def ring(number: int, _frame: FrameType | None) -> None:
        if stop is None or first:
            _raise(number)
        first.append(number)
        stop.set()

    numbers = _NUMBERS if stop else (signal.SIGTERM,)
    before = {number: signal.signal(number, ring) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if first:
        _raise(first[0])


def _raise(number: int) -> NoReturn:
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
