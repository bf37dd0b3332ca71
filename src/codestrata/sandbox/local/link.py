"""The owner's end of a keeper: starts it, and asks it for things."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from codestrata.sandbox.local.errors import RoomBroken

_MESSAGE = 1 << 18
_SPACE = socket.CMSG_SPACE(16 * 4)
#: Seconds that a keeper may take over anything.
_PATIENCE = 60.0
#: Seconds that building may take: a tree may have to be copied.
_COPYING = 1800.0
_START = "import sys; sys.path.insert(0, sys.argv[1]); from codestrata.sandbox.local.keeper.main import main; main()"
_SOURCE = Path(__file__).parents[3]


class Keeper:
    """A running keeper; safe to use from several threads. ``held``: files that stay open until all of it is gone.

    ``walled``: Landlock keeps signals and sockets without a file in.
    """

    def __init__(self, where: str, held: Sequence[int] = ()) -> None:
        self._where = where
        self._lock = threading.Lock()
        self.walled = False
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_PATIENCE)
        self._line = ours
        owner = os.pidfd_open(os.getpid())
        try:
            with theirs:
                files = [theirs.fileno(), owner, *held]
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-c", _START, str(_SOURCE), *map(str, files)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=files,
                    start_new_session=True,
                    env={},
                )
        finally:
            os.close(owner)

    def build(self, plan: dict[str, Any]) -> tuple[list[str], int]:
        """Have the room built; gives what is weaker than asked for, in words, and the user that commands run as."""
        self._line.settimeout(_COPYING)
        answer = self.ask("build", plan=plan)[0]
        self._line.settimeout(_PATIENCE)
        self.walled = answer["walled"]
        return answer["notes"], answer["user"]

    def ask(self, do: str, files: Sequence[int] = (), **order: Any) -> tuple[dict[str, Any], list[int]]:
        """Give an order and wait for the answer. Raises RoomBroken."""
        message = json.dumps({"do": do, **order}).encode()
        try:
            with self._lock:
                socket.send_fds(self._line, [message], list(files))
                data, extra, _, _ = self._line.recvmsg(_MESSAGE, _SPACE, socket.MSG_CMSG_CLOEXEC)
        except OSError as error:
            self._line.close()  # answers would no longer belong to their questions
            raise RoomBroken(f"the room's keeper does not answer: {error}", where=self._where) from error
        if not data:
            raise RoomBroken("the room's keeper is gone", where=self._where)
        told = b"".join(piece for _, _, piece in extra)
        got = [int.from_bytes(told[at : at + 4], sys.byteorder) for at in range(0, len(told), 4)]
        answer: dict[str, Any] = json.loads(data)
        if "error" in answer:
            raise RoomBroken(f"the room's keeper cannot {do}: {answer['error']}", where=self._where)
        return answer, got

    def open(self, path: str) -> int:
        """Give a descriptor of a folder of the keeper's root."""
        return self.ask("open", path=path)[1][0]

    def close(self) -> None:
        """End it and all that it holds."""
        self._line.close()
        try:
            self._process.wait(_PATIENCE / 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE / 10)
