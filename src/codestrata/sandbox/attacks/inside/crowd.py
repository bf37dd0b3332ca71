"""Attacks on what the kernel gives each user of the host: one room takes all of it, another one asks for its share.

What is taken goes with the process that took it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import time
from collections.abc import Callable

from .tell import refusal, system

#: Beyond what kernels give: fs.inotify.max_user_instances is 128, kernel.keys.maxkeys 200, queues 800 kB.
_MOST = 1024
_SECONDS = 10.0
#: The kernel's words for "this user has enough": inotify_init(2), add_key(2), mq_open(3).
_ENOUGH = (errno.EMFILE, errno.EDQUOT, errno.ENOMEM, errno.ENOSPC)


def _watchers(_: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.inotify_init1(0) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _keys(number: int) -> None:
    system("add_key", b"user", f"strata-attack-{number}".encode(), b"x" * 64, 64, -2)  # the process keyring


def _queues(number: int) -> None:
    name = f"strata-attack-{os.getpid()}-{number}".encode()
    system("mq_open", name, os.O_CREAT | os.O_RDWR, 0o600, None)
    system("mq_unlink", name)


def _say(text: str) -> None:
    os.write(1, f"\n@{text}\n".encode())


def _hoard(take: Callable[[int], None]) -> None:
    """Take until it is refused, say so, and keep it a while."""
    for number in range(_MOST):
        try:
            take(number)
        except OSError as error:
            _say(f"full {number} taken: {refusal(error)}")
            break
    else:
        _say(f"full {_MOST} taken")
    time.sleep(_SECONDS)


def _share(take: Callable[[int], None]) -> None:
    """Ask for one, beside a room that took all."""
    try:
        take(0)
    except OSError as error:
        _say(f"{'nothing-left' if error.errno in _ENOUGH else 'shared'} {refusal(error)}")
    else:
        _say("shared it was given")


def hoard_watchers() -> None:
    """Take every inotify instance."""
    _hoard(_watchers)


def share_watchers() -> None:
    """Ask for one inotify instance."""
    _share(_watchers)


def hoard_keys() -> None:
    """Take all keys of the kernel's keyrings."""
    _hoard(_keys)


def share_keys() -> None:
    """Ask for one key."""
    _share(_keys)


def hoard_queues() -> None:
    """Take all bytes of message queues."""
    _hoard(_queues)


def share_queues() -> None:
    """Ask for one message queue."""
    _share(_queues)
