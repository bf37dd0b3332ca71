"""An errand: one order to one worker that is no task (a plan, a call), and the wait for its answer."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.interrupt import Interrupts
from codestrata.engine.passing import raised
from codestrata.errors import StorageError, StrataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codestrata.engine.crew import Crew, Hand, Message
    from codestrata.settings.engine import EngineSettings
    from codestrata.store.catalogue import Catalogue

#: Longest wait between two looks at the workers, in seconds.
_TICK = 0.5
#: Workers that may die of the same errand.
_DEATHS = 2


@dataclass(slots=True)
class Errand:
    """What is asked, as an order of :mod:`codestrata.engine.worker`; ``tell`` hears how far it is."""

    catalogue: Catalogue
    crew: Crew
    settings: EngineSettings
    order: Message
    tell: Callable[[float], None]
    deaths: int = 0

    def run(self) -> Any:
        """Give the answer, or raise the error it is. A worker that dies of it is replaced once."""
        try:
            with Interrupts() as interrupts:
                answer = self._wait(interrupts)
        except BaseException:
            self.catalogue.untidy = True
            self.crew.abandon()
            raise
        if "error" in answer:
            raise raised(answer["error"])
        return answer["result"]

    def _wait(self, interrupts: Interrupts) -> Message:
        hand = self._send()
        while True:
            for other, message in list(self.crew.messages(_TICK, interrupts.fd)):
                if message is None:
                    hand = self._lost(other, hand)
                elif message["kind"] == "answer":
                    return message
                elif message["kind"] == "progress":
                    self.tell(message["done"])
                elif message["kind"] == "storage":
                    raise StorageError(message["message"], where=message["where"], hint=message["hint"])
            if interrupts.count:
                self._cut_short(hand, interrupts)

    def _send(self) -> Hand:
        self.crew.resize(max(1, len(self.crew.hands)))
        hand = self.crew.hands[0]
        hand.idle = False
        hand.order(**self.order, folder=_here())
        return hand

    def _lost(self, dead: Hand, hand: Hand) -> Hand:
        """A worker is dead: where it was the one that was asked, ask another."""
        self.catalogue.untidy = True
        how = self.crew.remove(dead)
        if dead is not hand:
            return hand
        self.deaths += 1
        if self.deaths >= _DEATHS:
            raise StrataError(f"the worker died ({how})", where=self.order["what"])
        return self._send()

    def _cut_short(self, hand: Hand, interrupts: Interrupts) -> None:
        """Have the worker leave things in order, not longer than it may take, then raise KeyboardInterrupt."""
        end = time.monotonic() + self.settings.grace_seconds
        with suppress(ProcessLookupError):
            os.kill(hand.pid, signal.SIGTERM)
        while time.monotonic() < end and interrupts.count == 1:
            if any(message is None for other, message in self.crew.messages(_TICK) if other is hand):
                break
        raise interrupts.error


def _here() -> str:
    """Give the folder that relative paths start from; "" when somebody has removed it."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""
