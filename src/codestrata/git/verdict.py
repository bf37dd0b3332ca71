"""The way a git process ended → the error it stands for."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from codestrata.errors import AnalysisTimeout, LimitExceeded, MissingExtra, StorageError, StrataError
from codestrata.git.guard import Guard, redacted

_OUT_OF_MEMORY = (b"out of memory", b"mmap failed", b"Cannot allocate memory")
_TOO_BIG = (b"died of signal 25", b"File size limit exceeded", b"File too large")
_FULL = (b"No space left on device", b"Disk quota exceeded")


class GitFailed(StrataError):
    """Git said no: ``returncode`` (negative: the signal) and ``stderr`` (its last 64 KiB, secrets removed)."""

    def __init__(self, message: str, *, where: str = "", hint: str = "", returncode: int = 0, stderr: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.returncode = returncode
        self.stderr = stderr


def judge(code: int, guard: Guard, where: str, redact: Sequence[str], timeout: float) -> None:
    """Turn the way git ended into an error, or into nothing; ``code`` is its exit status, negative for a signal.

    Raises LimitExceeded, AnalysisTimeout, StorageError (disk full), MissingExtra (no git) and otherwise GitFailed.
    """
    if guard.reason:
        raise LimitExceeded(guard.reason, where=where)
    if guard.timed_out:
        raise AnalysisTimeout(f"took longer than {timeout:g} s", where=where, hint="raise ingest.limits.seconds")
    if code == 0:
        return
    raw = own_words(guard.stderr())
    if any(mark in raw for mark in _FULL):
        raise StorageError("the disk is full", where=where, hint="free some disk space and run again")
    if code in {-signal.SIGXCPU, 128 + signal.SIGXCPU} or b"died of signal 24" in raw:
        raise LimitExceeded("used more processor time than allowed", where=where, hint="raise git.cpu_seconds")
    if code == -signal.SIGXFSZ or any(mark in raw for mark in _TOO_BIG):
        raise LimitExceeded("wrote a file larger than allowed", where=where, hint="raise ingest.limits.max_pack_bytes")
    if any(mark in raw for mark in _OUT_OF_MEMORY):
        raise LimitExceeded("needed more memory than allowed", where=where, hint="raise git.memory_mb")
    text = redacted(guard.stderr().decode("utf-8", "replace"), redact)
    if code == 127 and "git" in text:  # noqa: PLR2004 - the shell's "command not found"
        raise MissingExtra("git is not installed", hint="install git 2.39.4 or newer")
    ended = f"ended by signal {-code}" if code < 0 else f"ended with {code}"
    raise GitFailed(_last_line(text) or ended, where=where, returncode=code, stderr=text)


def own_words(messages: bytes) -> bytes:
    """Give git's messages without what a server made it say: only the rest may decide what went wrong."""
    lines = messages.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"remote:") and b"remote error:" not in line)


def _last_line(text: str) -> str:
    """Give the line that says why: the last 'fatal:' or 'error:', else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:", "remote: "))]
    return (telling or lines or [""])[-1][:500]
