"""Time limits that lie within one another, and the word that everything has to stop."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

#: Seconds between two looks at whether to stop.
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit of time: whose it is, how many seconds it gave, and when it is over (monotonic clock)."""

    owner: str
    seconds: float
    at: float

    @classmethod
    def after(cls, owner: str, seconds: float) -> Deadline:
        """Begin now; 0 seconds mean no limit."""
        return cls(owner, seconds, time.monotonic() + seconds if seconds else math.inf)

    @property
    def left(self) -> float:
        """Give the seconds that are left, at least 0."""
        return max(self.at - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Say whether it is over."""
        return self.left == 0

    def nearer(self, other: Deadline) -> Deadline:
        """Give the one that is over first; of two at once, the other."""
        return self if self.at < other.at else other

    def __str__(self) -> str:
        """Name it: the job's limit of 60 s."""
        return f"the {self.owner}'s limit of {self.seconds:g} s"


class Stop:
    """The word to stop: said here, or by the event that a caller holds, to which it listens ``patience`` s later."""

    def __init__(self, outer: threading.Event | None = None, patience: float = 0.0) -> None:
        self._outer = outer
        self._own = threading.Event()
        self._patience = patience
        self._heard = math.inf

    def say(self) -> None:
        """Stop everything."""
        self._own.set()

    @property
    def said(self) -> bool:
        """Say whether to stop."""
        if self._own.is_set():
            return True
        if self._outer is None or not self._outer.is_set():
            return False
        self._heard = min(self._heard, time.monotonic())
        return time.monotonic() - self._heard >= self._patience

    def wait(self, seconds: float) -> bool:
        """Sleep so long, or until the word is said; tells which."""
        end = time.monotonic() + seconds
        while not self.said:
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._own.wait(min(left, TICK))
        return True
