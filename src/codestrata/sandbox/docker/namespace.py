"""Reaching into a container's network namespace from outside: a thread of ours steps in, makes a socket, steps out."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from codestrata.sandbox.docker.engine import EngineBroken

_NEWNET = 0x40000000
_BACKLOG = 128
T = TypeVar("T")


def inside(pid: int, call: Callable[[], T]) -> T:
    """Call something within the network namespace of a process; sockets made there stay there. Raises EngineBroken.

    Needs root. Only the thread that this starts changes its namespace: setns(2).
    """
    outcome: list[T | Exception] = []

    def enter() -> None:
        try:
            with Path(f"/proc/{pid}/ns/net").open("rb") as namespace:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(namespace.fileno(), _NEWNET):
                    error = ctypes.get_errno()
                    raise OSError(error, os.strerror(error))  # noqa: TRY301 -- carried to the caller
            outcome.append(call())
        except Exception as error:  # noqa: BLE001 -- carried to the caller
            outcome.append(error)

    thread = threading.Thread(target=enter, name="net-namespace", daemon=True)
    thread.start()
    thread.join()
    found = outcome[0]
    if isinstance(found, Exception):
        hint = "the engine has to run on this machine, not rootless, and we as root"
        raise EngineBroken(f"a container's network cannot be entered: {found}", hint=hint) from found
    return found


def listener(pid: int, address: tuple[str, int]) -> socket.socket:
    """Give a socket that listens within the namespace of a process."""
    return inside(pid, lambda: socket.create_server(address, backlog=_BACKLOG))


def answers(pid: int, port: int) -> bool:
    """Say whether a TCP port at 127.0.0.1 of a namespace takes connections."""

    def attempt() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return True
        return False

    return inside(pid, attempt)
