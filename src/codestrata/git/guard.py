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
import weakref
from collections.abc import Callable, Iterator, Sequence

#: How much of git's messages is kept: a hostile server may send any amount.
KEEP = 64 << 10
#: Seconds between two questions to ``watch``.
TICK = 0.2

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_AUTHORIZATION = re.compile(r"(?i)(authorization:\s*)\S.*")


#: The guards of this process, for ``end_all``.
_running: weakref.WeakSet[Guard] = weakref.WeakSet()


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
        _running.add(self)
        self._thread.start()

    def end(self, reason: str) -> None:
        """End the process for a reason, which its caller gets as LimitExceeded."""
        self.reason = self.reason or reason
        self.kill()

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
        _running.discard(self)

    def stderr(self) -> bytes:
        """Give the last 64 KiB of messages."""
        return bytes(self._tail)

    def _run(self) -> None:
        """Read messages until their end; meanwhile see to the deadline, to ``watch``, and to the leader's death."""
        assert self.process.stderr is not None  # noqa: S101 - opened with PIPE
        with self.process.stderr as pipe, _opened(self.process.pid) as leader:
            handle, poll = pipe.fileno(), select.poll()
            for descriptor in (handle, leader):
                if descriptor >= 0:
                    poll.register(descriptor, select.POLLIN)
            while not self._stop_needed():
                ready = {descriptor for descriptor, _ in poll.poll(self._patience() * 1000)}
                if handle in ready:
                    if not self._keep(os.read(handle, KEEP)):
                        poll.unregister(handle)
                        if leader < 0:
                            break
                elif leader in ready:
                    self.kill()  # what it left behind may hold its output open
                    break
        while not self._done.wait(self._patience()):
            self._stop_needed()

    def _keep(self, data: bytes) -> bool:
        self._tail += data
        del self._tail[:-KEEP]
        return bool(data)

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


@contextlib.contextmanager
def _opened(pid: int) -> Iterator[int]:
    """Open a descriptor that becomes readable when the process ends; -1 where the kernel has none (before 5.3)."""
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        yield -1
        return
    try:
        yield handle
    finally:
        os.close(handle)


def end_all(reason: str) -> None:
    """End every git this process runs: for an interrupt, when threads wait for many of them."""
    for guard in list(_running):
        guard.end(reason)


def redacted(text: str, secrets: Sequence[str]) -> str:
    """Remove secrets, credentials in URLs and Authorization headers from a message."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _AUTHORIZATION.sub(r"\1***", _CREDENTIALS.sub("***@", text))
