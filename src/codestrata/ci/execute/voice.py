"""The live log: events in one order, output in pieces that a listener can keep up with."""

from __future__ import annotations

import codecs
import threading
import time
from typing import Any

from codestrata.ci.execute.scene import Tell

#: Characters of one output event, and of all output events of one execution of a step.
PIECE, MOST = 8192, 512 << 10
#: Seconds between two output events of a step, unless a piece is full.
PAUSE = 0.1


class Voice:
    """Tells events one at a time, from whichever thread. A listener that fails is not told anything more."""

    def __init__(self, tell: Tell) -> None:
        self._tell: Tell | None = tell
        self._lock = threading.Lock()
        self.failure = ""

    def say(self, event: str, **parts: Any) -> None:
        """Tell one event."""
        with self._lock:
            if self._tell is None:
                return
            try:
                self._tell({"event": event, **parts})
            except Exception as error:  # noqa: BLE001 -- a listener's mistake must not decide what code did
                self._tell = None
                self.failure = f"the live log ended early: {type(error).__name__}: {error}"


class Output:
    """The output of one execution of a step, on its way to the live log and into its record."""

    def __init__(self, voice: Voice, job: str, step: int, keep: int) -> None:
        self._voice, self._job, self._step, self._keep = voice, job, step, keep
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lock = threading.Lock()
        self._text = ""
        self._told = 0
        self._last = 0.0
        self.log = bytearray()

    def hear(self, chunk: bytes) -> None:
        """Take output as it comes."""
        with self._lock:
            self.log += chunk[: max(self._keep - len(self.log), 0)]
            if self._told < MOST:
                self._text += self._decoder.decode(chunk)
                while len(self._text) >= PIECE and self._told < MOST:
                    self._say(self._text[:PIECE])
                    self._text = self._text[PIECE:]

    def flush(self, *, final: bool = False) -> None:
        """Tell what is waiting, if the last event is long enough ago or this is the end."""
        with self._lock:
            if final:
                self._text += self._decoder.decode(b"", final=True)
            if self._text and self._told < MOST and (final or time.monotonic() - self._last >= PAUSE):
                self._say(self._text)
                self._text = ""

    def _say(self, text: str) -> None:
        self._last = time.monotonic()
        self._told += len(text)
        self._voice.say("output", job=self._job, step=self._step, text=text, more=self._told < MOST)
