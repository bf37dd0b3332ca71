"""Carries connections from a command's own network into the room's, so that it reaches the room's services."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress

_PIECE = 1 << 16


def relay(doors: list[tuple[socket.socket, int]]) -> int:
    """Start a process that carries what comes in at each door to a port of the room; gives its process id."""
    child = os.fork()
    if child:
        return child
    try:
        threads = [threading.Thread(target=_serve, args=door) for door in doors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        os._exit(0)


def _serve(door: socket.socket, port: int) -> None:
    while True:
        with suppress(OSError):
            inside, _ = door.accept()
            outside = socket.socket()
            try:
                outside.connect(("127.0.0.1", port))
            except OSError:
                inside.close()
                outside.close()
                continue
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_PIECE):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
