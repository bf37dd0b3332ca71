"""The workspace lock: one writer at a time, and a clear answer to whoever comes second.

The kernel lets go of a lock when its holder dies, however it dies. What the holder wrote into the file stays then,
which is how the next one knows that there is something to clean up.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Self

from codestrata.errors import StorageError, WorkspaceBusy


class WorkspaceLock:
    """An exclusive lock on a file, held by this process until released.

    ``unclean`` says whether the last holder ended without releasing; set ``dirty`` to leave the same message.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unclean = False
        self.dirty = False
        self._fd = -1

    def acquire(self) -> Self:
        """Take the lock, or raise WorkspaceBusy at once."""
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._read()
            os.close(self._fd)
            raise _busy(self.path, holder) from None
        except OSError as error:
            raise StorageError(f"cannot lock: {error.strerror}", where=str(self.path)) from error
        self.unclean = bool(self._read())
        self._write({"pid": os.getpid(), "host": os.uname().nodename, "since": int(time.time())})
        return self

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._fd < 0:
            return
        if not self.dirty:
            os.ftruncate(self._fd, 0)
        os.close(self._fd)
        self._fd = -1

    def __enter__(self) -> Self:
        """Take the lock for a ``with`` block."""
        return self.acquire()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let go."""
        self.release()

    def _read(self) -> dict[str, object]:
        text = os.pread(self._fd, 4096, 0)
        try:
            return dict(json.loads(text)) if text.strip() else {}
        except (ValueError, TypeError):
            return {"pid": 0}

    def _write(self, holder: dict[str, object]) -> None:
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(holder).encode(), 0)


def _busy(path: Path, holder: dict[str, object]) -> WorkspaceBusy:
    since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(float(str(holder.get("since", 0)))))
    pid = holder.get("pid", "?")
    return WorkspaceBusy(
        f"another strata works here: process {pid} on {holder.get('host', '?')} since {since}",
        where=str(path.parent),
        hint=f"wait for it, or end it with: kill {pid}",
    )
