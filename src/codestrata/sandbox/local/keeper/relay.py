"""Carries connections from a command's own network into the room's, so that it reaches the room's services."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress

_PIECE = 1 << 16
#: Connections at once, of one door: nobody else limits this process.
_MOST = 128
#: Seconds to wait after a connection that could not be taken.
_PAUSE = 0.05


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
    free = threading.Semaphore(_MOST)
    while True:
        free.acquire()
        try:
            inside, _ = door.accept()
            threading.Thread(target=_both, args=(inside, port, free), daemon=True).start()
        except (OSError, RuntimeError):  # no descriptor or no thread is left
            free.release()
            time.sleep(_PAUSE)


def _both(inside: socket.socket, port: int, free: threading.Semaphore) -> None:
    """Carry one connection both ways, to its end."""
    try:
        with inside, socket.socket() as outside, suppress(OSError, RuntimeError):
            outside.connect(("127.0.0.1", port))
            back = threading.Thread(target=_carry, args=(outside, inside), daemon=True)
            back.start()
            _carry(inside, outside)
            back.join()
    finally:
        free.release()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_PIECE):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
