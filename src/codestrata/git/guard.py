"""Guard: one thread beside a running git that keeps its last words, its deadline and its limits."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

#: How much of git's messages is kept: a hostile server may send any amount.
KEEP = 64 << 10
#: Seconds between two questions to ``watch``.
TICK = 0.2

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_AUTHORIZATION = re.compile(r"(?i)(authorization:\s*)\S.*")


class Guard:
    """Watches one process that leads its own session; every process of the session ends with it."""

    def __init__(self, process: subprocess.Popen[bytes], timeout: float, watch: Callable[[], str] | None) -> None:
        self.process = process
        self.timed_out = False
        self.reason = ""
        self._deadline = time.monotonic() + timeout
        self._watch = watch
        self._tail = bytearray()
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"git-{process.pid}", daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End the whole session at once; harmless when it has ended."""
        with self._lock:
            if self.process.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self) -> None:
        """Wait for the leader, end whatever it left behind, then collect its status and last words."""
        if self.process.returncode is None:
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
            self.kill()
            with self._lock:
                self.process.wait()
        self._done.set()
        self._thread.join()

    def stderr(self) -> bytes:
        """Give the last 64 KiB of messages."""
        return bytes(self._tail)

    def _run(self) -> None:
        assert self.process.stderr is not None  # noqa: S101 - opened with PIPE
        with self.process.stderr as pipe:
            handle = pipe.fileno()
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            while not self._stop_needed():
                if not poll.poll(self._patience() * 1000):
                    continue
                data = os.read(handle, KEEP)
                if not data:
                    break
                self._tail += data
                del self._tail[:-KEEP]
        while not self._done.wait(self._patience()):
            self._stop_needed()

    def _patience(self) -> float:
        left = max(self._deadline - time.monotonic(), 0.0)
        if self.timed_out or self.reason:
            return TICK
        return min(left, TICK) if self._watch else min(left + 0.001, 3600.0)

    def _stop_needed(self) -> bool:
        """End the process past its deadline, or when ``watch`` gives a reason; True once that happened."""
        if self.timed_out or self.reason:
            return True
        if time.monotonic() >= self._deadline:
            self.timed_out = True
        elif self._watch:
            self.reason = self._watch()
        if self.timed_out or self.reason:
            self.kill()
            return True
        return False


def redacted(text: str, secrets: Sequence[str]) -> str:
    """Remove secrets, credentials in URLs and Authorization headers from a message."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _AUTHORIZATION.sub(r"\1***", _CREDENTIALS.sub("***@", text))
